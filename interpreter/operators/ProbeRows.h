#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "interpreter/expression/ExpressionEvaluator.h"
#include "interpreter/rows/IntegerKey.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/hashtable/JoinTable.h"
#include "runtime/memory/Buffer.h"

namespace basalt::interpreter {

/// The rows of a probe's input batch that are looked up in the join's table, and how far each has come in its chain.
/// Keys are evaluated for the whole batch and hashed unless the table is ranked, then all are looked up; memory is
/// prefetched a batch ahead of its use.
class ProbeRows {
 public:
  ProbeRows(const WorkerContext& context, std::string label, const JoinSpec& spec, const JoinTable* table);

  void open(std::uint32_t capacity);
  void close() noexcept;
  void reset() noexcept { keys_.forgetPending(); }
  std::uint64_t memoryEstimate() const noexcept;

  /// Takes up a batch of at most `capacity` rows. Rows that surely have no match are left out, or with `all` have an
  /// empty chain.
  void begin(const Batch& input, bool all);
  /// The same where keys are only marked or tested: no row is looked up.
  void beginKeys(const Batch& input);
  /// Marks the keys of the matchable rows.
  void markKeys(std::uint8_t* marks) const;
  /// Calls visit(position) for the matchable rows whose key the table, a ranked one, has.
  template <typename Visit>
  void forEachMember(Visit visit) const;
  /// Throws the failure of a key, which stands behind all rows of the batch.
  void throwPending() { keys_.throwPending(); }

  /// The batch's rows before the first one with a key that fails.
  const RowSelection& inputRows() const noexcept { return inputRows_; }
  /// Those of them without a NULL in a key that is not null-safe.
  const RowSelection& matchableRows() const noexcept { return matchableRows_; }
  const std::vector<Vector>& keyValues() const noexcept { return keyValues_; }

  // The rows that are looked up, in input order: position in the batch, hash (0 where the table is ranked), and the
  // next build row of the chain.
  std::uint32_t count() const noexcept { return count_; }
  void setCount(std::uint32_t count) noexcept { count_ = count; }
  std::uint32_t* positions() noexcept { return positions_.as<std::uint32_t>(); }
  std::uint64_t* hashes() noexcept { return hashes_.as<std::uint64_t>(); }
  const JoinRow** next() noexcept { return next_.as<const JoinRow*>(); }

 private:
  void evaluateKeys(const Batch& input);
  void findFirst();
  void keepFound();
  void keepAll();

  const WorkerContext& context_;
  const JoinSpec& spec_;
  const JoinTable* table_;
  ExpressionEvaluator keys_;
  std::vector<Vector> keyValues_;
  RowSelection inputRows_;
  RowSelection matchableRows_;
  Buffer keySelection_;
  /// Of the matchable rows: hashes, and first candidates.
  Buffer keyHashes_;
  Buffer first_;
  std::uint32_t count_ = 0;
  Buffer positions_;
  Buffer hashes_;
  Buffer next_;
};

template <typename Visit>
void ProbeRows::forEachMember(Visit visit) const {
  if (matchableRows_.count == 0) return;
  visitIntegerKey(keyValues_.front(), [&](auto key) {
    forEachRow(matchableRows_, [&](std::uint32_t, std::uint32_t position) {
      if (joinTableHasKey(table_, key(position))) visit(position);
    });
  });
}

}  // namespace basalt::interpreter
