#include "operators/spec/StoredComparison.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "operators/expression/TypeMapping.h"
#include "runtime/kernels/LikePattern.h"
#include "runtime/types/Dictionary.h"

namespace basalt {
namespace {

bool isInteger(PhysicalType type) noexcept { return type >= PhysicalType::Int8 && type <= PhysicalType::Int128; }

bool isComparison(std::string_view kernel) {
  static constexpr std::array<std::string_view, 6> kNames = {"equal",      "not_equal", "less",
                                                             "less_equal", "greater",   "greater_equal"};
  return std::ranges::find(kNames, kernel) != kNames.end();
}

/// A column and a literal that is not NULL, as the arguments of a call.
struct Operands {
  const Expression* column;
  const Expression* literal;
  bool literalComesFirst;
};

std::optional<Operands> columnAndLiteral(const Expression& condition) {
  if (condition.kind != Expression::Kind::Call || condition.arguments.size() != 2) return {};
  const bool literalComesFirst = condition.arguments[0]->kind == Expression::Kind::Literal;
  const Expression& literal = *condition.arguments[literalComesFirst ? 0 : 1];
  const Expression& column = *condition.arguments[literalComesFirst ? 1 : 0];
  if (literal.kind != Expression::Kind::Literal || column.kind != Expression::Kind::Column) return {};
  if (literal.literal.isNull()) return {};
  return Operands{&column, &literal, literalComesFirst};
}

/// Whether the stored bytes are numbers with a sign: codes are none, but look the same where they are few.
bool isSigned(const ScanSpec& scan, std::uint32_t column) {
  const ColumnEncoding encoding = scan.encoding(column);
  if (encoding.kind == ColumnEncoding::Kind::Plain) return true;
  if (encoding.kind != ColumnEncoding::Kind::Codes || encoding.width > sizeof(std::int32_t)) return false;
  return scan.readSchema[column].dictionary->strings.size() <= std::size_t{1} << (encoding.width * 8 - 1);
}

}  // namespace

std::optional<StoredComparison> findStoredComparison(const Expression& condition, const ScanSpec& scan) {
  const std::optional<Operands> operands = columnAndLiteral(condition);
  if (!operands || !isComparison(condition.kernel->name)) return {};
  const Expression& column = *operands->column;
  const Expression& literal = *operands->literal;
  if (!isInteger(column.type.physical())) return {};
  if (literal.type.physical() != column.type.physical()) return {};

  const ColumnEncoding encoding = scan.encoding(column.column);
  const std::optional<KernelType> stored = integerOfWidth(encoding.valueWidth());
  if (!stored || !isSigned(scan, column.column)) return {};
  const Int128 value = literal.literal.asInt128();
  const Int128 bound = Int128{1} << (encoding.valueWidth() * 8 - 1);
  if (value < -bound || value >= bound) return {};

  for (const KernelInfo& kernel : findKernels(condition.kernel->name)) {
    if (std::ranges::all_of(kernel.arguments, [&](KernelType each) { return each == *stored; })) {
      return StoredComparison{&kernel, column.column, &literal, operands->literalComesFirst};
    }
  }
  return {};
}

std::optional<StoredEquality> findStoredEquality(const Expression& condition, const ScanSpec& scan) {
  // More of them take longer than what they spare.
  constexpr std::size_t kMostAlternatives = 8;
  const bool isOr = condition.kind == Expression::Kind::Or;
  StoredEquality equality{.alternatives = {}, .isDecided = true};
  for (std::size_t index = 0; index < (isOr ? condition.arguments.size() : 1); ++index) {
    const Expression& each = isOr ? *condition.arguments[index] : condition;
    const std::optional<Operands> operands = columnAndLiteral(each);
    if (!operands || each.kernel->name != "equal") return {};
    const Expression& column = *operands->column;
    const Expression& literal = *operands->literal;
    if (kernelTypeOf(column) != KernelType::Varchar) return {};
    if (scan.encoding(column.column).kind != ColumnEncoding::Kind::Plain) return {};
    equality.alternatives.push_back({column.column, &literal});
    equality.isDecided = equality.isDecided && literal.literal.asString().size() <= StringView::kInlineBytes;
  }
  if (equality.alternatives.size() > kMostAlternatives) return {};
  return equality;
}

std::optional<StoredLike> findStoredLike(const Expression& condition, const ScanSpec& scan) {
  // Shorter ones are found everywhere.
  constexpr std::size_t kLeastNeedle = 2;
  if (condition.kind != Expression::Kind::Call || condition.arguments.size() != 2) return {};
  const bool isNegated = condition.kernel->name == "not_like";
  if (!isNegated && condition.kernel->name != "like") return {};
  const Expression& column = *condition.arguments[0];
  const Expression& pattern = *condition.arguments[1];
  if (column.kind != Expression::Kind::Column || pattern.kind != Expression::Kind::Prepared) return {};
  if (scan.encoding(column.column).kind != ColumnEncoding::Kind::Offsets) return {};
  if (static_cast<const LikePattern*>(pattern.prepared.get())->needle().size() < kLeastNeedle) return {};
  return StoredLike{column.column, &pattern, isNegated};
}

std::vector<ExpressionPointer> filterConjuncts(const ScanSpec& scan) {
  if (!scan.filter) return {};
  if (scan.filter->kind != Expression::Kind::And) return {scan.filter};
  std::vector<ExpressionPointer> ordered;
  std::vector<ExpressionPointer> dearer;
  for (const ExpressionPointer& conjunct : scan.filter->arguments) {
    if (findStoredComparison(*conjunct, scan)) {
      ordered.push_back(conjunct);
      continue;
    }
    dearer.push_back(conjunct);
    if (!mayFail(*conjunct)) continue;
    ordered.insert(ordered.end(), dearer.begin(), dearer.end());
    dearer.clear();
  }
  ordered.insert(ordered.end(), dearer.begin(), dearer.end());
  return ordered;
}

}  // namespace basalt
