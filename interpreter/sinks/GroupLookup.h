#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "interpreter/columns/RowSelection.h"
#include "operators/expression/AggregateLoop.h"
#include "operators/pipeline/PipelineRunner.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/hashtable/GroupTable.h"
#include "runtime/memory/Buffer.h"

namespace basalt::interpreter {

/// Finds the group of each row of a batch in a worker's group table, and adds the groups that are new. NULL keys are
/// equal here.
///
/// In rounds: every row still without a group walks the directory to the next entry with its hash, or to a free slot,
/// where it adds its group at once; then the keys of the rows and their candidates are compared column by column; those
/// that differ go on to the next round.
class GroupLookup {
 public:
  GroupLookup(const WorkerContext& context, const AggregationSpec& spec, GroupTable* table);

  /// Sets `groups[p]` to the row of the group of every selected position p. Throws ExecutionError(OutOfMemory).
  void find(std::span<const Vector> keys, const RowSelection& rows, std::byte** groups);
  /// The one group of an aggregation without keys.
  std::byte* single();

 private:
  void findByHash(std::span<const Vector> keys, const RowSelection& rows, std::byte** groups);
  /// Sets numbers_.
  void numberRows(std::span<const Vector> keys, const RowSelection& rows);
  void findByNumber(std::span<const Vector> keys, const RowSelection& rows, std::byte** groups);
  void findPlaces(std::span<const Vector> keys, const RowSelection& rows, std::byte** groups);
  std::byte* insert(std::span<const Vector> keys, std::uint64_t hash, std::uint32_t position);
  /// Writes keys and states of a new group.
  void initialise(std::byte* group, std::span<const Vector> keys, std::uint32_t position);
  void initialiseStates(std::byte* group) const;
  void prefetch(std::uint32_t begin, std::uint32_t end) const;
  /// The first walk of all `count` rows.
  std::uint32_t walkAll(std::span<const Vector> keys, std::uint32_t count, std::byte** groups);
  /// Walks from the slots of rows [begin, end) of `seekers` (null pointer: of all rows); adds candidates to the `found`
  /// there are and returns their number.
  std::uint32_t walk(std::span<const Vector> keys, const std::uint32_t* seekers, std::uint32_t begin, std::uint32_t end,
                     std::uint32_t found, std::byte** groups);
  /// Of the candidates keeps those whose key column is equal; the others become differing rows.
  std::uint32_t keepEqual(const Vector& key, const RowLayout::Column& column, std::uint32_t count);

  const AggregationSpec& spec_;
  GroupTable* table_;
  std::vector<const AggregateLoops*> loops_;
  /// Per position: the number of its combination of keys. There are fewer than 2^32 combinations.
  Buffer numbers_;
  // Per selected row of the batch.
  Buffer positions_;
  Buffer hashes_;
  /// Where the row's walk goes on, as long as the directory has the mask that slotMask_ says.
  Buffer slots_;
  std::uint64_t slotMask_ = 0;
  /// Candidates: number of the row, and the group it may belong to.
  Buffer candidates_;
  Buffer candidateGroups_;
  /// Numbers of the rows that differ from their candidates.
  Buffer differing_;
  std::uint32_t differingCount_ = 0;
};

}  // namespace basalt::interpreter
