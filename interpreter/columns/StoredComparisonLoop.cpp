#include "interpreter/columns/StoredComparisonLoop.h"

#include <array>

#include "operators/KernelCatalog.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::interpreter {

namespace {

/// When at least this part of the rows is selected, comparing all of them by vector instructions is faster.
constexpr std::uint32_t kDenseFraction = 16;

/// Codes are compared as numbers as well.
ColumnEncoding asNumbers(ColumnEncoding encoding) {
  encoding.kind = ColumnEncoding::Kind::Plain;
  return encoding;
}

}  // namespace

StoredComparisonLoop::StoredComparisonLoop(const StoredComparison& comparison, ColumnEncoding encoding,
                                           const std::byte* literal, std::uint32_t capacity,
                                           const std::shared_ptr<MemoryBudget>& budget)
    : loop_(kernelLoop(*comparison.kernel)),
      column_(comparison.column),
      type_(typeOf(comparison.kernel->arguments[0]).physical()),
      numbers_(type_, asNumbers(encoding), capacity, budget),
      literalComesFirst_(comparison.literalComesFirst),
      literal_(literal),
      results_(budget, capacity) {}

void StoredComparisonLoop::compare(const ColumnSlice& slice, std::uint64_t first, const RowSelection& rows,
                                   std::uint8_t* mask, bool intersects) {
  const std::uint32_t extent = rows.extent();
  const bool isDense = rows.count >= extent / kDenseFraction;
  const Vector column = numbers_.decodeAt(slice, first, isDense ? RowSelection{nullptr, extent} : rows);
  const Vector constant = Vector::constant(type_, literal_, false);
  const std::array<Vector, 2> arguments =
      literalComesFirst_ ? std::array{constant, column} : std::array{column, constant};
  auto* const results = intersects ? results_.as<std::uint8_t>() : mask;
  ErrorCode error = ErrorCode::None;
  loop_({.arguments = arguments,
         .output = results,
         .nulls = nullptr,
         .selection = isDense ? nullptr : rows.positions,
         .rowCount = isDense ? extent : rows.count,
         .error = &error,
         .errorRow = nullptr,
         .arena = nullptr});
  if (!intersects) return;
  if (isDense) {
    for (std::uint32_t i = 0; i < extent; ++i) mask[i] = static_cast<std::uint8_t>(mask[i] & results[i]);
  } else {
    forEachRow(rows, [=](std::uint32_t, std::uint32_t position) {
      mask[position] = static_cast<std::uint8_t>(mask[position] & results[position]);
    });
  }
}

}  // namespace basalt::interpreter
