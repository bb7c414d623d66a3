#include "engine/MorselSource.h"

#include <algorithm>

namespace basalt {

void MorselSource::setStretches(std::vector<Stretch> stretches) {
  stretches_ = std::move(stretches);
  totalRows_ = 0;
  for (const Stretch& stretch : stretches_) totalRows_ += stretch.end - stretch.begin;
  rowsLeft_ = totalRows_;
}

bool MorselSource::next(std::uint64_t maxRows, Morsel& morsel) {
  const std::scoped_lock lock(mutex_);
  while (current_ < stretches_.size() && stretches_[current_].begin == stretches_[current_].end) ++current_;
  if (current_ == stretches_.size()) return false;
  Stretch& stretch = stretches_[current_];
  morsel = {};
  openPart(stretch.part, morsel);
  const std::uint64_t rows = std::min(maxRows, stretch.end - stretch.begin);
  morsel.position = stretch.begin;
  morsel.end = stretch.begin + rows;
  stretch.begin = morsel.end;
  rowsLeft_.fetch_sub(rows, std::memory_order_relaxed);
  return true;
}

void MorselSource::close() {
  const std::scoped_lock lock(mutex_);
  current_ = stretches_.size();
  rowsLeft_ = 0;
}

TableMorselSource::TableMorselSource(const ScanSpec& scan) : scan_(scan), slices_(scan.table->chunkCount()) {
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

RowMorselSource::RowMorselSource(std::span<const RowAddresses> segments, std::uint64_t skip, std::uint64_t limit)
    : segments_(segments) {
  std::vector<Stretch> stretches;
  for (std::size_t segment = 0; segment < segments.size(); ++segment) {
    const std::uint64_t size = segments[segment].size();
    const std::uint64_t begin = std::min(skip, size);
    const std::uint64_t end = begin + std::min(limit, size - begin);
    skip -= begin;
    limit -= end - begin;
    if (begin < end) stretches.push_back({segment, begin, end});
  }
  setStretches(std::move(stretches));
}

void RowMorselSource::openPart(std::size_t part, Morsel& morsel) { morsel.rows = segments_[part].data(); }

}  // namespace basalt
