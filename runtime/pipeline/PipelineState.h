#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/Annotations.h"
#include "runtime/ErrorCode.h"
#include "runtime/memory/StringArena.h"
#include "runtime/storage/ColumnSlice.h"
#include "runtime/types/StringView.h"

namespace basalt {

/// The contract between the engine and whoever runs a pipeline over a morsel, interpreted or compiled:
///   std::int32_t pipeline(PipelineState*, WorkerState*, Morsel*) noexcept
/// Everything comes through these three; generated code holds no address and no literal.

/// How a run over a morsel ended. In every case but Failed, all rows before `Morsel::position` are done, none behind it
/// is begun.
enum class MorselStatus : std::int32_t {
  Done = 0,        ///< position == end
  OutputFull = 1,  ///< full result batches wait in the ResultWriter; hand them on and call again
  Yield = 2,       ///< the interrupt word was set
  Failed = 3,      ///< WorkerState names the error (Cancelled: the interrupt word was set); the position means nothing
  Deoptimize = 4,  ///< a speculated fact does not hold: the interpreter goes on from position
};

/// What all workers of one pipeline in one query share. Operator states are indexed by step: 0 is the first step behind
/// the source, the sink comes last.
struct BASALT_SHARED PipelineState {
  /// The literals of the pipeline, kParameterBytes apart, in the order of Pipeline::literals.
  const std::byte* parameters;
  /// Per step: what it shares among workers (JoinTable*, LimitState*), or null pointer.
  void* const* shared;
  /// Not 0 when every worker shall stop at the next row.
  const std::uint32_t* interrupt;
};
inline constexpr std::size_t kParameterBytes = 16;

/// What one worker has for itself in one pipeline.
struct BASALT_SHARED WorkerState {
  /// ErrorCode of a failed row; None while nothing failed.
  ErrorCode errorCode;
  /// Which fallible expression it was: index into Pipeline::sites.
  std::uint32_t errorSite;
  /// Per step: what it keeps per worker (RowAppender*, GroupTable*, TopNTable*, ResultWriter*), or null pointer.
  void* const* local;
  /// Bytes of computed strings; emptied between batches (interpreted) or morsels (compiled).
  StringArena* arena;
  /// Rows that left the source (index 0) and each step (index 1 + step); the sink's input is the last one.
  std::uint64_t* rowCounts;
};

/// A range of rows of a pipeline's source: of a table's chunk, or of a RowSegment.
struct BASALT_SHARED Morsel {
  /// The next row to run; advanced as rows are done.
  std::uint64_t position;
  /// One past the last row.
  std::uint64_t end;
  /// Table scan: a slice per read column of the one chunk that position and end index into.
  const ColumnSlice* columns;
  /// Scan of materialised rows: as in a RowSegment.
  const std::byte* const* addresses;
  const std::byte* first;
};

}  // namespace basalt
