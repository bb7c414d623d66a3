#include "engine/MorselSource.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace basalt {

void MorselSource::setStretches(std::vector<Stretch> stretches) {
  stretches_ = std::move(stretches);
  for (const Stretch& stretch : stretches_) {
    starts_.push_back(totalRows_);
    totalRows_ += stretch.end - stretch.begin;
  }
  rowsLeft_ = totalRows_;
  ranges_.assign(1, {0, totalRows_, false});
}

void MorselSource::divide() {
  ranges_.clear();
  for (std::size_t share = 0; share < shares_; ++share) {
    ranges_.push_back({totalRows_ * share / shares_, totalRows_ * (share + 1) / shares_, false});
  }
}

MorselSource::Range& MorselSource::rangeFor(WorkerId worker, std::uint64_t maxRows) {
  if (rowsLeft_ == totalRows_ && totalRows_ > maxRows) divide();
  if (worker >= ranges_.size()) ranges_.resize(worker + 1);
  Range& own = ranges_[worker];
  if (own.size() == 0) {
    const auto unbegun =
        std::ranges::find_if(ranges_, [](const Range& range) { return !range.isBegun && range.size() != 0; });
    Range& other = unbegun != ranges_.end() ? *unbegun : *std::ranges::max_element(ranges_, {}, &Range::size);
    // What is not worth dividing goes whole, and a range that nobody has begun does, too: its worker may never come.
    if (other.size() <= maxRows) return other;
    const std::uint64_t middle = other.isBegun ? other.begin + other.size() / 2 : other.begin;
    own = {middle, std::exchange(other.end, middle), true};
  }
  own.isBegun = true;
  return own;
}

bool MorselSource::next(WorkerId worker, std::uint64_t maxRows, Morsel& morsel) {
  const std::scoped_lock lock(mutex_);
  Range& range = rangeFor(worker, maxRows);
  if (range.size() == 0) return false;
  const auto after = std::ranges::upper_bound(starts_, range.begin);
  const Stretch& stretch = stretches_[static_cast<std::size_t>(after - starts_.begin()) - 1];
  const std::uint64_t offset = range.begin - *std::prev(after);
  morsel = {};
  openPart(stretch.part, morsel);
  morsel.position = stretch.begin + offset;
  const std::uint64_t rows = std::min({maxRows, range.size(), stretch.end - morsel.position});
  morsel.end = morsel.position + rows;
  range.begin += rows;
  rowsLeft_.fetch_sub(rows, std::memory_order_relaxed);
  return true;
}

void MorselSource::close() {
  const std::scoped_lock lock(mutex_);
  ranges_.assign(1, {});
  rowsLeft_ = 0;
}

TableMorselSource::TableMorselSource(const ScanSpec& scan, std::size_t shares)
    : MorselSource(shares), scan_(scan), slices_(scan.table->chunkCount()) {
  const Table& table = *scan.table;
  std::vector<Stretch> stretches;
  std::uint64_t chunkBegin = 0;
  for (std::size_t chunk = 0; chunk < table.chunkCount(); ++chunk) {
    const std::uint64_t chunkRows = table.chunkRows(chunk);
    const bool ruledOut = std::ranges::any_of(scan.zoneConditions, [&](const ZoneCondition& condition) {
      return !condition.mayMatch(table.zoneMap(chunk, condition.tableColumn));
    });
    if (ruledOut) {
      ++chunksSkipped_;
    } else if (scan.ranges.empty()) {
      stretches.push_back({chunk, 0, chunkRows});
    } else {
      for (const auto& [first, last] : scan.ranges) {
        const std::uint64_t begin = std::clamp(first, chunkBegin, chunkBegin + chunkRows);
        const std::uint64_t end = std::clamp(last, chunkBegin, chunkBegin + chunkRows);
        if (begin < end) stretches.push_back({chunk, begin - chunkBegin, end - chunkBegin});
      }
    }
    chunkBegin += chunkRows;
  }
  setStretches(std::move(stretches));
}

std::vector<ColumnGuess> TableMorselSource::guessColumns() const {
  if (stretches().empty()) return {};
  const std::array chunks = {stretches().front().part, stretches().back().part};
  std::vector<ColumnGuess> guesses;
  for (std::size_t column = 0; column < scan_.readColumns.size(); ++column) {
    const bool isKnown = scan_.readRanges[column].has_value();
    guesses.push_back(isKnown ? ColumnGuess{} : guessColumn(*scan_.table, scan_.readColumns[column], chunks));
  }
  return guesses;
}

void TableMorselSource::openPart(std::size_t part, Morsel& morsel) {
  if (!slices_[part]) {
    auto slices = std::make_unique<ColumnSlice[]>(scan_.readColumns.size());
    for (std::size_t column = 0; column < scan_.readColumns.size(); ++column) {
      slices[column] = scan_.table->slice(part, scan_.readColumns[column]);
    }
    slices_[part] = std::move(slices);
  }
  morsel.columns = slices_[part].get();
}

RowMorselSource::RowMorselSource(std::vector<RowSegment> segments, std::uint64_t skip, std::uint64_t limit,
                                 std::size_t shares)
    : MorselSource(shares), segments_(std::move(segments)) {
  std::vector<Stretch> stretches;
  for (std::size_t segment = 0; segment < segments_.size(); ++segment) {
    const std::uint64_t size = segments_[segment].count;
    const std::uint64_t begin = std::min(skip, size);
    const std::uint64_t end = begin + std::min(limit, size - begin);
    skip -= begin;
    limit -= end - begin;
    if (begin < end) stretches.push_back({segment, begin, end});
  }
  setStretches(std::move(stretches));
}

void RowMorselSource::openPart(std::size_t part, Morsel& morsel) {
  morsel.addresses = segments_[part].addresses;
  morsel.first = segments_[part].first;
}

}  // namespace basalt
