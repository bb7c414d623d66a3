#include "interpreter/columns/StoredComparison.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "operators/KernelCatalog.h"
#include "runtime/types/Int128.h"

namespace basalt::interpreter {

namespace {

/// When at least this part of the rows is selected, comparing all of them by vector instructions is faster.
constexpr std::uint32_t kDenseFraction = 16;

struct NarrowType {
  KernelType kernelType;
  PhysicalType physicalType;
};

std::optional<NarrowType> narrowType(std::uint8_t bytes) {
  switch (bytes) {
    case 1:
      return NarrowType{KernelType::TinyInt, PhysicalType::Int8};
    case 2:
      return NarrowType{KernelType::SmallInt, PhysicalType::Int16};
    case 4:
      return NarrowType{KernelType::Integer, PhysicalType::Int32};
    default:
      return {};
  }
}

bool isInteger(PhysicalType type) noexcept { return type >= PhysicalType::Int8 && type <= PhysicalType::Int128; }

bool isComparison(std::string_view kernel) {
  static constexpr std::array<std::string_view, 6> kNames = {"equal",      "not_equal", "less",
                                                             "less_equal", "greater",   "greater_equal"};
  return std::ranges::find(kNames, kernel) != kNames.end();
}

Int128 loadInteger(PhysicalType type, const std::byte* source) {
  const auto load = [source]<typename T>(T value) {
    std::memcpy(&value, source, sizeof(T));
    return Int128{value};
  };
  switch (type) {
    case PhysicalType::Int8:
      return load(std::int8_t{});
    case PhysicalType::Int16:
      return load(std::int16_t{});
    case PhysicalType::Int32:
      return load(std::int32_t{});
    case PhysicalType::Int64:
      return load(std::int64_t{});
    default:
      return load(Int128{});
  }
}

}  // namespace

const Expression* StoredComparison::literalOf(const Expression& condition) {
  if (condition.kind != Expression::Kind::Call || condition.arguments.size() != 2) return nullptr;
  const Expression& left = *condition.arguments[0];
  const Expression& right = *condition.arguments[1];
  if (left.kind == Expression::Kind::Column && right.kind == Expression::Kind::Literal) return &right;
  if (left.kind == Expression::Kind::Literal && right.kind == Expression::Kind::Column) return &left;
  return nullptr;
}

std::optional<StoredComparison> StoredComparison::make(const Expression& condition, const ScanSpec& scan,
                                                       const std::byte* literal, std::uint32_t capacity,
                                                       const std::shared_ptr<MemoryBudget>& budget) {
  const Expression* const constant = literalOf(condition);
  if (constant == nullptr || constant->literal.isNull() || !isComparison(condition.kernel->name)) return {};
  const bool literalComesFirst = condition.arguments[0].get() == constant;
  const Expression& column = *condition.arguments[literalComesFirst ? 1 : 0];
  const PhysicalType type = column.type.physical();
  const ColumnEncoding encoding = scan.table->encoding(scan.readColumns[column.column]);
  const std::optional<NarrowType> narrow = narrowType(encoding.width);
  if (encoding.kind != ColumnEncoding::Kind::Plain || !narrow || !isInteger(type) || constant->type.physical() != type)
    return {};
  const Int128 value = loadInteger(type, literal);
  const Int128 bound = Int128{1} << (encoding.width * 8 - 1);
  if (value < -bound || value >= bound) return {};

  StoredComparison comparison;
  for (const KernelInfo& kernel : findKernels(condition.kernel->name)) {
    if (std::ranges::all_of(kernel.arguments, [&](KernelType each) { return each == narrow->kernelType; })) {
      comparison.loop_ = kernelLoop(kernel);
    }
  }
  if (comparison.loop_ == nullptr) return {};
  comparison.column_ = column.column;
  comparison.type_ = narrow->physicalType;
  comparison.literalComesFirst_ = literalComesFirst;
  // The low bytes of a number in two's complement are the narrow number.
  comparison.literal_ = std::make_unique<std::int64_t>(static_cast<std::int64_t>(value));
  comparison.results_ = Buffer(budget, capacity);
  return comparison;
}

void StoredComparison::compare(const ColumnSlice& slice, std::uint64_t first, const RowSelection& rows,
                               std::uint8_t* mask, bool intersects) {
  const Vector column = Vector::refer(type_, slice.values + first * byteSize(type_), nullptr);
  const Vector constant = Vector::constant(type_, literal_.get(), false);
  const std::array<Vector, 2> arguments =
      literalComesFirst_ ? std::array{constant, column} : std::array{column, constant};
  const std::uint32_t extent = rows.extent();
  const bool isDense = rows.count >= extent / kDenseFraction;
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
