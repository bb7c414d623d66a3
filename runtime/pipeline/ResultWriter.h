#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "runtime/Annotations.h"
#include "runtime/batch/Batch.h"
#include "runtime/memory/StringArena.h"
#include "runtime/types/Schema.h"

namespace basalt {

/// A batch of result rows that owns all its memory, strings included, so it outlives the query's other state.
struct ResultBatch {
  Batch batch;
  std::unique_ptr<StringArena> strings;
};

class ResultCollector;

struct BASALT_SHARED ResultColumn {
  std::byte* values;
  /// One byte per row, or null pointer when the column cannot be NULL.
  std::uint8_t* nulls;
};

/// Where a worker writes result rows: the batch being filled. Both engines write here.
struct BASALT_SHARED ResultWriter {
  const ResultColumn* columns;
  /// Rows written to the current batch.
  std::uint64_t count;
  std::uint64_t capacity;
  /// Full batches that wait to be taken: not 0 means OutputFull at the next row boundary.
  std::uint64_t waiting;
  ResultCollector* owner;
};

/// Sets the current batch aside and begins another; false when memory ran out.
BASALT_EXPORT bool resultStartBatch(ResultWriter* writer) noexcept;
/// Makes room for one more row at index `count`; false when memory ran out.
BASALT_PRELUDE inline bool resultReserve(ResultWriter* writer) noexcept {
  return writer->count != writer->capacity ? true : resultStartBatch(writer);
}
/// Stores `text` at `target` with its bytes owned by the batch; false when memory ran out.
BASALT_EXPORT bool resultStoreLongString(ResultWriter* writer, StringView* target, StringView text) noexcept;
BASALT_PRELUDE inline bool resultStoreString(ResultWriter* writer, StringView* target, StringView text) noexcept {
  if (text.isInline()) [[likely]] {
    *target = text;
    return true;
  }
  return resultStoreLongString(writer, target, text);
}

/// The owner of one worker's ResultWriter.
class ResultCollector {
 public:
  ResultCollector(const Schema& schema, std::uint32_t batchRows, std::shared_ptr<MemoryBudget> budget);
  ResultCollector(const ResultCollector&) = delete;
  ResultCollector& operator=(const ResultCollector&) = delete;

  ResultWriter* writer() noexcept { return &writer_; }
  /// Sets the current batch aside when it holds rows, and begins another lazily. Throws ExecutionError(OutOfMemory).
  void startBatch();
  /// The batches set aside so far, in order; with `all`, also the one being filled.
  std::vector<ResultBatch> take(bool all);
  StringArena& strings() { return *current_.strings; }

 private:
  Schema schema_;
  std::uint32_t batchRows_;
  std::shared_ptr<MemoryBudget> budget_;
  ResultWriter writer_{};
  std::vector<ResultColumn> columns_;
  ResultBatch current_;
  std::deque<ResultBatch> waiting_;
};

}  // namespace basalt
