#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "operators/plan/Expr.h"
#include "runtime/ExecutionError.h"

/// Reading of JSON whose every mistake is an ExecutionError(InvalidPlan) that says where it is.
namespace basalt::jsonreading {

using Json = nlohmann::json;

/// A place in a document, as a chain up to the root; spelled out only for an error. The parent must outlive it.
class Place {
 public:
  static Place root() { return {nullptr, "$", kNoIndex}; }
  Place field(std::string_view name) const { return {this, name, kNoIndex}; }
  Place element(std::size_t index) const { return {this, {}, index}; }

  /// "$.root.keys[0]"
  std::string path() const;

 private:
  static constexpr std::size_t kNoIndex = SIZE_MAX;
  Place(const Place* parent, std::string_view name, std::size_t index) : parent_(parent), name_(name), index_(index) {}

  const Place* parent_;
  std::string_view name_;
  std::size_t index_;
};

ExecutionError errorAt(const Place& place, std::string message);

/// Parses `text`; its error's place is "line 3, column 7". A field that stands twice in an object is an error.
Json parseDocument(std::string_view text);

/// Throws unless `value` is an object that has no other fields than `allowed`.
void checkObject(const Json& value, const Place& place, std::initializer_list<std::string_view> allowed);

/// A field of an object; throws when it is missing.
const Json& requiredField(const Json& object, const Place& place, std::string_view name);
/// Null pointer when the field is missing.
const Json* optionalField(const Json& object, std::string_view name);

std::string readString(const Json& value, const Place& place);
bool readBoolean(const Json& value, const Place& place);
std::uint64_t readUnsigned(const Json& value, const Place& place);
std::vector<std::string> readStrings(const Json& value, const Place& place);
/// Throws unless `value` is an array; returns it.
const Json& readArray(const Json& value, const Place& place);
/// The name of a type: "decimal(15,2)".
Type readType(const Json& value, const Place& place);
/// SQL text, or an object: {"column": name}, {"literal": value, "type": type}, {"call": function, "arguments": [...]},
/// {"cast": expression, "type": type} and the same with "try_cast".
Expr readExpression(const Json& value, const Place& place);

/// The error for a value of another JSON type than `expected`.
ExecutionError wrongType(const Json& value, const Place& place, std::string_view expected);

}  // namespace basalt::jsonreading
