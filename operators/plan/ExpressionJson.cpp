#include <utility>
#include <vector>

#include <fmt/format.h>

#include "operators/plan/JsonReading.h"

namespace basalt::jsonreading {

namespace {

Expr readAtDepth(const Json& value, const Place& place, std::uint32_t depth);

Expr readText(const Json& value, const Place& place) {
  try {
    return parseExpression(value.get_ref<const std::string&>());
  } catch (const ExecutionError& error) {
    throw errorAt(place, error.message());
  }
}

/// Without "type", a JSON value stands for what it would be in expression text.
Expr readUntypedLiteral(const Json& value, const Place& place) {
  switch (value.type()) {
    case Json::value_t::null:
      return lit(Value::null(Type::boolean()));
    case Json::value_t::boolean:
      return lit(Value::boolean(value.get<bool>()));
    case Json::value_t::string:
      return lit(value.get_ref<const std::string&>());
    case Json::value_t::number_float:
      return lit(value.get<double>());
    case Json::value_t::number_integer:
      return lit(value.get<std::int64_t>());
    case Json::value_t::number_unsigned:
      if (value.get<std::uint64_t>() <= INT64_MAX) {
        return lit(value.get<std::int64_t>());
      }
      return lit(Value::decimal(Type::decimal(20, 0), value.get<std::uint64_t>()));
    default:
      throw wrongType(value, place, "a literal");
  }
}

Expr readLiteral(const Json& object, const Place& place) {
  checkObject(object, place, {"literal", "type"});
  const Json& value = requiredField(object, place, "literal");
  const Place literalPlace = place.field("literal");
  const Json* typeField = optionalField(object, "type");
  if (typeField == nullptr) {
    return readUntypedLiteral(value, literalPlace);
  }
  const Type type = readType(*typeField, place.field("type"));
  if (value.is_null()) {
    return lit(Value::null(type));
  }
  if (!value.is_primitive()) {
    throw wrongType(value, literalPlace, "a literal");
  }
  if (type.id == TypeId::Varchar && value.is_string()) {
    return lit(value.get_ref<const std::string&>());
  }
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  try {
    if (type.id == TypeId::Interval) {
      return parseExpression(fmt::format("interval '{}'", text));
    }
    return lit(Value::parse(type, text));
  } catch (const ExecutionError& error) {
    throw errorAt(literalPlace, error.message());
  }
}

Expr readCall(const Json& object, const Place& place, std::uint32_t depth) {
  checkObject(object, place, {"call", "arguments"});
  std::string function = readString(requiredField(object, place, "call"), place.field("call"));
  const Place argumentsPlace = place.field("arguments");
  std::vector<Expr> arguments;
  for (const Json& argument : readArray(requiredField(object, place, "arguments"), argumentsPlace)) {
    arguments.push_back(readAtDepth(argument, argumentsPlace.element(arguments.size()), depth + 1));
  }
  try {
    return Expr::makeCall(std::move(function), std::move(arguments));
  } catch (const ExecutionError& error) {
    throw errorAt(place, error.message());
  }
}

/// `field` is "cast" or "try_cast".
Expr readCast(const Json& object, const Place& place, const char* field, std::uint32_t depth) {
  checkObject(object, place, {field, "type"});
  Expr argument = readAtDepth(requiredField(object, place, field), place.field(field), depth + 1);
  const Type type = readType(requiredField(object, place, "type"), place.field("type"));
  try {
    return field == std::string_view("cast") ? Expr::makeCast(std::move(argument), type)
                                             : Expr::makeTryCast(std::move(argument), type);
  } catch (const ExecutionError& error) {
    throw errorAt(place, error.message());
  }
}

Expr readAtDepth(const Json& value, const Place& place, std::uint32_t depth) {
  if (depth > Expr::kMaxDepth) {
    throw errorAt(place, fmt::format("the expression nests deeper than the limit of {}", Expr::kMaxDepth));
  }
  if (value.is_string()) {
    return readText(value, place);
  }
  if (!value.is_object()) {
    throw wrongType(value, place, "an expression (SQL text or an object)");
  }
  if (value.contains("column")) {
    checkObject(value, place, {"column"});
    return col(readString(value.at("column"), place.field("column")));
  }
  if (value.contains("literal")) {
    return readLiteral(value, place);
  }
  if (value.contains("call")) {
    return readCall(value, place, depth);
  }
  for (const char* const field : {"cast", "try_cast"}) {
    if (value.contains(field)) {
      return readCast(value, place, field, depth);
    }
  }
  throw errorAt(place, "expected one of the fields \"column\", \"literal\", \"call\", \"cast\" and \"try_cast\"");
}

}  // namespace

Type readType(const Json& value, const Place& place) {
  const std::string text = readString(value, place);
  try {
    return parseType(text);
  } catch (const ExecutionError& error) {
    throw errorAt(place, error.message());
  }
}

Expr readExpression(const Json& value, const Place& place) { return readAtDepth(value, place, 1); }

}  // namespace basalt::jsonreading
