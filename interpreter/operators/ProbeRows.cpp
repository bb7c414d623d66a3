#include "interpreter/operators/ProbeRows.h"

#include <cstring>
#include <utility>

#include "interpreter/rows/KeyHashing.h"

namespace basalt::interpreter {

ProbeRows::ProbeRows(const WorkerContext& context, std::string label, const JoinSpec& spec, const JoinTable* table)
    : context_(context),
      spec_(spec),
      table_(table),
      keys_(context, std::move(label), spec.probeKeys),
      keyValues_(spec.probeKeys.size()) {}

void ProbeRows::open(std::uint32_t capacity) {
  const std::size_t rows = capacity + kSelectionPadding;
  keySelection_ = Buffer(context_.budget, rows * sizeof(std::uint32_t));
  keyHashes_ = Buffer(context_.budget, rows * sizeof(std::uint64_t));
  first_ = Buffer(context_.budget, rows * sizeof(const JoinRow*));
  positions_ = Buffer(context_.budget, rows * sizeof(std::uint32_t));
  hashes_ = Buffer(context_.budget, rows * sizeof(std::uint64_t));
  next_ = Buffer(context_.budget, rows * sizeof(const JoinRow*));
}

void ProbeRows::close() noexcept {
  for (Buffer* buffer : {&keySelection_, &keyHashes_, &first_, &positions_, &hashes_, &next_}) *buffer = Buffer();
}

std::uint64_t ProbeRows::memoryEstimate() const noexcept {
  return (2 * sizeof(std::uint32_t) + 4 * sizeof(std::uint64_t)) * context_.batchRows + keys_.memoryEstimate();
}

void ProbeRows::begin(const Batch& input, bool all) {
  evaluateKeys(input);
  findFirst();
  all ? keepAll() : keepFound();
}

void ProbeRows::beginKeys(const Batch& input) {
  evaluateKeys(input);
  count_ = 0;
}

void ProbeRows::markKeys(std::uint8_t* marks) const {
  if (matchableRows_.count == 0) return;
  visitIntegerKey(keyValues_.front(), [&](auto key) {
    forEachRow(matchableRows_,
               [&](std::uint32_t, std::uint32_t position) { joinTableMarkKey(table_, marks, key(position)); });
  });
}

void ProbeRows::findFirst() {
  auto* const hashes = keyHashes_.as<std::uint64_t>();
  auto* const first = first_.as<const JoinRow*>();
  if (matchableRows_.count == 0) return;
  if (table_->isRanked()) {
    std::memset(hashes, 0, matchableRows_.count * sizeof(std::uint64_t));
    visitIntegerKey(keyValues_.front(), [&](auto key) {
      forEachRow(matchableRows_, [&](std::uint32_t index, std::uint32_t position) {
        first[index] = joinTableRanked(table_, key(position));
      });
    });
  } else {
    hashKeys(keyValues_, matchableRows_, hashes);
    for (std::uint32_t i = 0; i < matchableRows_.count; ++i) {
      __builtin_prefetch(&table_->directory[hashes[i] >> table_->shift]);
    }
    for (std::uint32_t i = 0; i < matchableRows_.count; ++i) first[i] = joinTableFirst(table_, hashes[i]);
  }
}

void ProbeRows::evaluateKeys(const Batch& input) {
  keys_.begin(input);
  inputRows_ = RowSelection::of(input);
  for (std::size_t i = 0; i < keyValues_.size() && inputRows_.count != 0; ++i)
    keyValues_[i] = keys_.value(i, inputRows_);
  matchableRows_ = inputRows_;
  for (std::size_t i = 0; i < keyValues_.size() && matchableRows_.count != 0; ++i) {
    if (spec_.nullSafe[i]) continue;
    matchableRows_ = selectNotNull(keyValues_[i], matchableRows_, keySelection_.as<std::uint32_t>());
  }
}

void ProbeRows::keepFound() {
  const auto* const keyHashes = keyHashes_.as<std::uint64_t>();
  const auto* const first = first_.as<const JoinRow*>();
  std::uint32_t* const positions = this->positions();
  std::uint64_t* const hashes = this->hashes();
  const JoinRow** const next = this->next();
  const std::uint64_t rowBytes = spec_.layout.rowBytes();
  std::uint32_t count = 0;
  forEachRow(matchableRows_, [&](std::uint32_t index, std::uint32_t position) {
    const JoinRow* const row = first[index];
    rowPrefetchToRead(row, rowBytes);
    positions[count] = position;
    hashes[count] = keyHashes[index];
    next[count] = row;
    count += row != nullptr ? 1 : 0;
  });
  count_ = count;
}

void ProbeRows::keepAll() {
  const auto* const keyHashes = keyHashes_.as<std::uint64_t>();
  const auto* const first = first_.as<const JoinRow*>();
  std::uint32_t* const positions = this->positions();
  std::uint64_t* const hashes = this->hashes();
  const JoinRow** const next = this->next();
  const std::uint64_t rowBytes = spec_.layout.rowBytes();
  std::uint32_t matchable = 0;
  forEachRow(inputRows_, [&](std::uint32_t index, std::uint32_t position) {
    const bool mayMatch = matchable < matchableRows_.count && matchableRows_.position(matchable) == position;
    const JoinRow* const row = mayMatch ? first[matchable] : nullptr;
    rowPrefetchToRead(row, rowBytes);
    positions[index] = position;
    hashes[index] = mayMatch ? keyHashes[matchable] : 0;
    next[index] = row;
    matchable += mayMatch ? 1 : 0;
  });
  count_ = inputRows_.count;
}

}  // namespace basalt::interpreter
