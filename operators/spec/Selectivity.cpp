#include "operators/spec/Selectivity.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <string_view>

#include "operators/KernelCatalog.h"
#include "runtime/kernels/ValueSet.h"

namespace basalt {
namespace {

constexpr double kEqualShare = 0.05;
constexpr double kRangeShare = 0.3;
constexpr double kOtherShare = 0.25;

/// Numbers between which, both included, a condition wants a column's values to lie.
struct Interval {
  double smallest;
  double largest;

  void clip(const Interval& other) {
    smallest = std::max(smallest, other.smallest);
    largest = std::min(largest, other.largest);
  }
  double length() const { return std::max(0.0, largest - smallest + 1); }
};

Interval intervalOf(const ValueRange& range) {
  return {static_cast<double>(range.minimum), static_cast<double>(range.maximum)};
}

/// A conjunct that wants a column within an interval, part of its range.
struct ColumnInterval {
  std::uint32_t column;
  Interval wanted;
};

class Estimator {
 public:
  explicit Estimator(const ColumnRanges& columns) : columns_(columns) {}

  double share(const Expression& condition) const {
    switch (condition.kind) {
      case Expression::Kind::And:
        return shareOfAll(condition);
      case Expression::Kind::Or: {
        double none = 1;
        for (const ExpressionPointer& each : condition.arguments) none *= 1 - share(*each);
        return 1 - none;
      }
      case Expression::Kind::Call:
        return shareOfCall(condition);
      default:
        return kOtherShare;
    }
  }

 private:
  KnownRange rangeOf(const Expression& value) const {
    const bool isKnown = value.kind == Expression::Kind::Column && value.column < columns_.size();
    return isKnown ? columns_[value.column] : std::nullopt;
  }

  double share(std::uint32_t column, const Interval& wanted) const {
    return wanted.length() / intervalOf(*columns_[column]).length();
  }

  /// Both bounds of a column are one condition.
  double shareOfAll(const Expression& junction) const {
    double all = 1;
    std::map<std::uint32_t, Interval> wanted;
    for (const ExpressionPointer& each : junction.arguments) {
      const bool isCall = each->kind == Expression::Kind::Call;
      if (const auto found = isCall ? findInterval(*each, each->kernel->name) : std::nullopt) {
        wanted.try_emplace(found->column, found->wanted).first->second.clip(found->wanted);
      } else {
        all *= share(*each);
      }
    }
    for (const auto& [column, interval] : wanted) all *= share(column, interval);
    return all;
  }

  /// Of a call that stands for this comparison, or for its opposite.
  std::optional<ColumnInterval> findInterval(const Expression& call, std::string_view comparison) const {
    if (call.arguments.size() != 2) return {};
    const bool literalComesFirst = call.arguments[0]->kind == Expression::Kind::Literal;
    const Expression& literal = *call.arguments[literalComesFirst ? 0 : 1];
    const Expression& column = *call.arguments[literalComesFirst ? 1 : 0];
    const KnownRange range = rangeOf(column);
    if (!range || literal.kind != Expression::Kind::Literal || literal.literal.isNull()) return {};
    if (literal.type.physical() != column.type.physical()) return {};
    const auto bound = static_cast<double>(literal.literal.asInt128());
    Interval wanted = intervalOf(*range);
    const bool isStrict = !comparison.ends_with("_equal");
    if (comparison == "equal") {
      wanted.clip({bound, bound});
    } else if (comparison.starts_with("less") != literalComesFirst && isOrder(comparison)) {
      wanted.clip({wanted.smallest, isStrict ? bound - 1 : bound});
    } else if (isOrder(comparison)) {
      wanted.clip({isStrict ? bound + 1 : bound, wanted.largest});
    } else {
      return {};
    }
    return ColumnInterval{column.column, wanted};
  }

  static bool isOrder(std::string_view comparison) {
    return comparison.starts_with("less") || comparison.starts_with("greater");
  }

  double shareOfCall(const Expression& call) const {
    constexpr std::string_view kNot = "not_";
    std::string_view name = call.kernel->name;
    if (name == "not") return 1 - share(*call.arguments[0]);
    const bool isOpposite = name.starts_with(kNot);
    if (isOpposite) name.remove_prefix(kNot.size());
    const double share = shareOfCall(call, name);
    return isOpposite ? 1 - share : share;
  }

  double shareOfCall(const Expression& call, std::string_view name) const {
    if (const std::optional<ColumnInterval> found = findInterval(call, name)) {
      return share(found->column, found->wanted);
    }
    if (const std::optional<double> members = countMembers(call, name)) {
      return std::min(1.0, *members / intervalOf(*rangeOf(*call.arguments[0])).length());
    }
    return name == "equal" ? kEqualShare : isOrder(name) ? kRangeShare : kOtherShare;
  }

  /// How many values of its column meet a condition that lists them.
  std::optional<double> countMembers(const Expression& call, std::string_view name) const {
    if (call.arguments.size() != 2 || !rangeOf(*call.arguments[0])) return {};
    const Expression& list = *call.arguments[1];
    if (name == "decode_bit" && list.kind == Expression::Kind::Literal) {
      return std::popcount(static_cast<std::uint64_t>(list.literal.asInt128()));
    }
    if (name == "in_set" && list.kind == Expression::Kind::Prepared) {
      return static_cast<double>(static_cast<const ValueSet*>(list.prepared.get())->size());
    }
    return {};
  }

  const ColumnRanges& columns_;
};

}  // namespace

double selectivity(const Expression& condition, const ColumnRanges& columns) {
  return std::clamp(Estimator(columns).share(condition), 0.0, 1.0);
}

}  // namespace basalt
