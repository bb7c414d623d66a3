#include "operators/spec/WindowFrameBinder.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/TypeConversion.h"
#include "operators/spec/ColumnBinding.h"
#include "runtime/types/Interval.h"

namespace basalt {
namespace {

using Kind = FrameBound::Kind;
using Unit = WindowFrame::Unit;

bool hasOffset(const FrameBound& bound) { return bound.kind == Kind::Preceding || bound.kind == Kind::Following; }

std::string boundText(const FrameBound& bound) {
  const std::string offset = bound.offset ? bound.offset->toSql() : "?";
  switch (bound.kind) {
    case Kind::UnboundedPreceding:
      return "unbounded preceding";
    case Kind::Preceding:
      return offset + " preceding";
    case Kind::CurrentRow:
      return "current row";
    case Kind::Following:
      return offset + " following";
    case Kind::UnboundedFollowing:
      return "unbounded following";
  }
  return "?";
}

/// A literal that is neither NULL nor negative.
ExpressionPointer bindOffset(const FrameBound& bound, const std::string& path) {
  if (!bound.offset) failPlan(path, "expected an offset");
  ExpressionPointer offset = bindExpression(*bound.offset, Schema(), path + ".offset");
  if (!isLiteral(*offset)) failPlan(path + ".offset", "expected a constant: " + offset->text);
  const Value& value = offset->literal;
  if (value.isNull()) failPlan(path + ".offset", "the offset of a frame must not be NULL");
  bool isNegative = false;
  if (offset->type.isFloating()) {
    isNegative = !(value.asDouble() >= 0);
  } else if (offset->type.isNumeric()) {
    isNegative = value.asInt128() < 0;
  } else if (offset->type == Type::interval()) {
    isNegative = normalise(value.asInterval()) < 0;
  } else {
    failPlan(path + ".offset",
             fmt::format("the offset of a frame is a number or an interval, not {}", toString(offset->type)));
  }
  if (isNegative) failPlan(path + ".offset", "the offset of a frame must not be negative: " + offset->text);
  return offset;
}

}  // namespace

void WindowFrameBinder::checkOrder(const WindowFrame& frame, const std::string& path) {
  if (frame.start.kind == Kind::UnboundedFollowing) failPlan(path + ".start", "a frame cannot start after all rows");
  if (frame.end.kind == Kind::UnboundedPreceding) failPlan(path + ".end", "a frame cannot end before all rows");
  if (frame.start.kind > frame.end.kind) {
    failPlan(path, fmt::format("the frame starts after its end: between {} and {}", boundText(frame.start),
                               boundText(frame.end)));
  }
}

std::string WindowFrameBinder::text(const WindowFrame& frame) {
  if (frame.unit == Unit::Range && frame.start.kind == Kind::UnboundedPreceding && frame.end.kind == Kind::CurrentRow) {
    return "";
  }
  const char* const unit = frame.unit == Unit::Rows ? "rows" : frame.unit == Unit::Range ? "range" : "groups";
  return fmt::format(" {} between {} and {}", unit, boundText(frame.start), boundText(frame.end));
}

WindowBoundSpec WindowFrameBinder::bindCounted(const FrameBound& bound, const std::string& path) const {
  WindowBoundSpec spec;
  spec.kind = bound.kind;
  if (!hasOffset(bound)) return spec;
  const ExpressionPointer offset = bindOffset(bound, path);
  if (!offset->type.isInteger()) {
    failPlan(path + ".offset", "rows and groups are counted in integers, not " + toString(offset->type));
  }
  spec.offset = static_cast<std::uint64_t>(offset->literal.asInt128());
  return spec;
}

ExpressionPointer WindowFrameBinder::shiftKey(const ExpressionPointer& key, const Value& distance, bool isForward,
                                              const std::string& path) const {
  const Type offsetType = distance.type();
  const bool isPoint = key->type == Type::date() || key->type == Type::timestamp();
  const bool fits = isPoint ? offsetType == Type::interval() : key->type.isNumeric() && offsetType.isNumeric();
  if (!isPoint && !key->type.isNumeric()) {
    failPlan(path, fmt::format("RANGE with an offset needs an order key that is numeric, a date or a timestamp, not {}",
                               toString(key->type)));
  }
  if (!fits) {
    failPlan(path, fmt::format("the offset from a key of type {} must be {}, not {}", toString(key->type),
                               isPoint ? "an interval" : "numeric", toString(offsetType)));
  }
  // Wide enough that no key overflows, whatever the offset, as long as there is a wider type.
  Expr base = orderBy_[0].expression;
  if (key->type.isFloating() || offsetType.isFloating()) {
    base = cast(base, Type::doublePrecision());
  } else if (const std::optional<Type> exact = decimalTypeOf(key->type)) {
    const auto digits = std::max<std::uint8_t>(exact->precision, Type::kMaxInt64Precision + 1);
    base = cast(base, Type::decimal(digits, exact->scale));
  } else if (key->type == Type::date() && distance.asInterval().microseconds != 0) {
    base = cast(base, Type::timestamp());
  }
  return bindExpression(isForward ? base + lit(distance) : base - lit(distance), input_, path);
}

void WindowFrameBinder::bindRange(const WindowFrame& frame, WindowFrameSpec& spec, const std::string& path) {
  if (orderBy_.size() != 1) {
    failPlan(path, fmt::format("RANGE with an offset needs exactly one order key, there are {}", orderBy_.size()));
  }
  const ExpressionPointer key = bindExpression(orderBy_[0].expression, input_, path);
  std::vector<ExpressionPointer> values{key};
  const auto shift = [&](const FrameBound& bound, const std::string& boundPath) {
    if (!hasOffset(bound)) return;
    const ExpressionPointer offset = bindOffset(bound, boundPath);
    // Down in the order is up in value when it is descending.
    const bool isForward = (bound.kind == Kind::Following) != orderBy_[0].descending;
    values.push_back(shiftKey(key, offset->literal, isForward, boundPath + ".offset"));
    const bool hasMonths = offset->type == Type::interval() && offset->literal.asInterval().months != 0;
    if (hasMonths && &bound == &frame.end) spec.endsAscend = false;
  };
  shift(frame.start, path + ".start");
  shift(frame.end, path + ".end");
  unifyTypes(values, path);
  spec.rangeKey = rows_.store(values[0]);
  std::size_t next = 1;
  if (hasOffset(frame.start)) spec.start.column = rows_.store(values[next++]);
  if (hasOffset(frame.end)) spec.end.column = rows_.store(values[next]);
}

WindowFrameSpec WindowFrameBinder::bind(const WindowFrame& frame, const std::string& path) {
  checkOrder(frame, path);
  WindowFrameSpec spec;
  spec.unit = frame.unit;
  spec.start.kind = frame.start.kind;
  spec.end.kind = frame.end.kind;
  if (frame.unit != Unit::Range) {
    spec.start = bindCounted(frame.start, path + ".start");
    spec.end = bindCounted(frame.end, path + ".end");
  } else if (hasOffset(frame.start) || hasOffset(frame.end)) {
    bindRange(frame, spec, path);
  }
  return spec;
}

}  // namespace basalt
