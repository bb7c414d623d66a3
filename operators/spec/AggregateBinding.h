#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "operators/KernelCatalog.h"
#include "operators/expression/Expression.h"
#include "operators/expression/ValueRange.h"
#include "operators/plan/Expr.h"

/// What aggregations and windows have in common: how the aggregates that a plan asks for become those of the catalog.
namespace basalt {

/// The aggregate of the catalog for this argument (null pointer: none), which is cast where that takes it. Throws
/// ExecutionError(InvalidPlan) at `functionPath` or `argumentPath` when there is none.
const AggregateInfo& chooseAggregate(const std::string& function, ExpressionPointer& argument,
                                     const std::string& functionPath, const std::string& argumentPath);

/// The logical type of an aggregate's result: exact sums have all the digits there are, at the argument's scale;
/// otherwise the result has the argument's type wherever the function returns what it is given.
Type aggregateType(const AggregateInfo& function, const ExpressionPointer& argument);

/// Where the sum of one to `rows` values lies.
KnownRange rangeOfSum(const KnownRange& values, std::optional<std::uint64_t> rows) noexcept;

/// For a sum of at most `rows` values the one that adds in 64 bits, where those suffice; otherwise `function` itself.
const AggregateInfo& boundedSum(const AggregateInfo& function, const KnownRange& values,
                                std::optional<std::uint64_t> rows);

/// Whether the aggregate is 0 and not NULL where there is no value.
bool isCount(const AggregateInfo& function) noexcept;

/// Whether the aggregate may be NULL although there are values: a sample needs two.
bool needsSeveralValues(const AggregateInfo& function) noexcept;

/// Provides an aggregate of the catalog by its name, as an expression over what holds its result.
using ProvideAggregate = std::function<Expr(const std::string& function, const ExpressionPointer& argument)>;

/// What a plan's aggregate is made of: count without an argument counts rows, an average is the quotient of a sum and a
/// count, and string_agg(x, separator) is concat_agg(separator || x) without the first separator.
Expr composeAggregate(const std::string& function, const ExpressionPointer& argument, const std::string& separator,
                      const std::string& argumentPath, const ProvideAggregate& provide);

/// The argument of an aggregate (null pointer: none) that takes only rows for which `filter` is TRUE: NULL for others.
ExpressionPointer filterArgument(const ExpressionPointer& argument, const ExpressionPointer& filter);

}  // namespace basalt
