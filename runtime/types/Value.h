#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "runtime/types/Int128.h"
#include "runtime/types/Temporal.h"
#include "runtime/types/Type.h"

namespace basalt {

/// One boxed value: a literal of a plan, a query parameter, or a cell of a result taken row by row.
/// Integers, decimals (unscaled), dates, times and timestamps are held as Int128; both floating types as double.
class Value {
 public:
  Value() = default;
  static Value null(Type type);
  static Value boolean(bool value);
  static Value integer(Type type, Int128 value);
  static Value decimal(Type type, Int128 unscaled);
  static Value floating(Type type, double value);
  static Value date(Date value);
  static Value interval(Interval value);
  static Value string(Type type, std::string value);

  const Type& type() const noexcept { return type_; }
  bool isNull() const noexcept { return std::holds_alternative<std::monostate>(content_); }

  bool asBool() const { return std::get<bool>(content_); }
  Int128 asInt128() const { return std::get<Int128>(content_); }
  double asDouble() const { return std::get<double>(content_); }
  Interval asInterval() const { return std::get<Interval>(content_); }
  const std::string& asString() const { return std::get<std::string>(content_); }

  /// Writes the physical form (`byteSize(type().physical())` bytes) at `target`; zeros for NULL. The bytes of a long
  /// string stay in this Value, which must outlive the copy.
  void store(void* target) const;
  /// Reads the physical form of a value of `type` from `source`.
  static Value load(Type type, const void* source);

  /// As a result shows it: "1998-12-01", "12.50", "true"; NULL as "NULL".
  std::string toString() const;
  /// Reads text in the same form; throws ExecutionError(InvalidCast) naming text and type.
  static Value parse(Type type, std::string_view text);

  friend bool operator==(const Value&, const Value&) = default;

 private:
  Type type_;
  std::variant<std::monostate, bool, Int128, double, Interval, std::string> content_;
};

}  // namespace basalt
