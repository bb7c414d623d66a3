#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/kernels/SortKey.h"
#include "runtime/sort/RowSorter.h"

namespace basalt {
namespace {

/// Sorted by `small`, `name`, and `number` descending: keys before and behind a string.
struct Record {
  std::int64_t number = 0;
  std::string name;
  std::int32_t small = 0;

  auto order() const { return std::tuple(small, name, -number); }
};

class RecordSorter {
 public:
  explicit RecordSorter(std::size_t workers) : sorter_(layout(), keys(), workers, budget_) {}

  void add(std::size_t worker, const Record& record) {
    RowCollection& rows = sorter_.rows(worker);
    std::byte* const row = rows.append();
    const StringView name = rows.own(StringView::make(record.name));
    std::memcpy(row + layout_.column(0).offset, &record.small, sizeof(record.small));
    std::memcpy(row + layout_.column(1).offset, &name, sizeof(name));
    std::memcpy(row + layout_.column(2).offset, &record.number, sizeof(record.number));
    const auto place = [&](std::size_t key) { return row + keys_.keys()[key].valueOffset(); };
    kernels::encodeSortKeyInteger(place(0), record.small, false);
    kernels::encodeSortKeyVarchar(place(1), name, false);
    kernels::encodeSortKeyBigInt(place(2), record.number, true);
  }
  std::vector<Record> sorted() {
    for (std::size_t phase = 0; phase < RowSorter::kPhases; ++phase) {
      for (std::size_t part = sorter_.beginPhase(phase); part-- != 0;) sorter_.runPart(phase, part);
    }
    std::vector<Record> records;
    for (const std::byte* const row : sorter_.sorted()) {
      Record& record = records.emplace_back();
      StringView name{};
      std::memcpy(&record.small, row + layout_.column(0).offset, sizeof(record.small));
      std::memcpy(&name, row + layout_.column(1).offset, sizeof(name));
      std::memcpy(&record.number, row + layout_.column(2).offset, sizeof(record.number));
      record.name = std::string(name.view());
    }
    return records;
  }

 private:
  static SortKeyLayout keys() {
    SortKeyLayout::Key small{.column = 0, .type = PhysicalType::Int32};
    SortKeyLayout::Key name{.column = 1, .type = PhysicalType::String};
    SortKeyLayout::Key number{.column = 2, .type = PhysicalType::Int64, .descending = true};
    return SortKeyLayout({small, name, number});
  }
  static RowLayout layout() {
    const std::array<RowLayout::ColumnType, 3> columns{
        {{PhysicalType::Int32, false}, {PhysicalType::String, false}, {PhysicalType::Int64, false}}};
    return {keys().bytes(), columns};
  }

  std::shared_ptr<MemoryBudget> budget_ = MemoryBudget::createRoot("test");
  RowLayout layout_ = layout();
  SortKeyLayout keys_ = keys();
  RowSorter sorter_;
};

/// Rows of three workers, one of which has most, with numbers below `numbers`, and so on.
void expectSorted(std::size_t rows, std::uint64_t smalls, std::uint64_t names, std::uint64_t numbers) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  RecordSorter sorter(3);
  std::vector<Record> expected;
  for (std::size_t row = 0; row < rows; ++row) {
    Record& record = expected.emplace_back();
    record.small = static_cast<std::int32_t>(random() % smalls) - 5;
    record.number = static_cast<std::int64_t>(random() % numbers * 0x10001) - 77;
    // Names that agree in more than a key holds of them, and differ in length alone.
    record.name = "Customer#0000000000" + std::to_string(random() % names) + std::string(random() % 3, 'x');
    sorter.add(row % 8 == 0 ? 0 : row % 8 == 1 ? 1 : 2, record);
  }
  std::ranges::sort(expected, {}, &Record::order);
  const std::vector<Record> sorted = sorter.sorted();
  ASSERT_EQ(sorted.size(), expected.size());
  for (std::size_t row = 0; row < rows; ++row) ASSERT_EQ(sorted[row].order(), expected[row].order()) << row;
}

TEST(RowSorter, SortsByTheBytesOfKeysThatDiffer) {
  expectSorted(30'000, 10, 3, 100);
  expectSorted(30'000, 1, 1, 1'000'000'000);
  expectSorted(30'000, 70'000, 1000, 2);
  expectSorted(30'000, 1'000'000'000, 100'000, 1ULL << 40);
}

TEST(RowSorter, SortsFewRowsAndEqualOnes) {
  for (const std::size_t rows : {0, 1, 2, 100}) expectSorted(rows, 3, 3, 3);
  expectSorted(20'000, 1, 1, 1);
}

}  // namespace
}  // namespace basalt
