#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codegen/lowering/PipelineBuilder.h"
#include "codegen/lowering/SqlValue.h"
#include "operators/spec/OperatorSpec.h"
#include "runtime/hashtable/JoinTable.h"

namespace basalt::codegen {

/// The rows of a join's table that may match a probe row, and how they are walked over.
class JoinCandidates {
 public:
  /// Takes a candidate and what leaves the walk over them.
  using Visit = llvm::function_ref<void(Val<const JoinRow*>, FunctionBuilder::Body)>;

  JoinCandidates(PipelineBuilder& builder, std::string label, const JoinSpec& spec, const JoinFacts& facts)
      : p(builder), label_(std::move(label)), spec_(spec), facts_(facts) {}

  void setup(Val<JoinTable*> table);
  /// The first key as the integer that a ranked table is asked for.
  Val<std::int64_t> rankedKey(const SqlValue& key);
  /// The first candidate for the keys, or null pointer.
  Val<const JoinRow*> first(std::span<const SqlValue> keys);
  /// for each candidate { visit(candidate) }
  void forEach(Val<const JoinRow*> first, Visit visit);
  /// for each candidate that matches { visit(candidate) }
  void forEachMatch(Val<const JoinRow*> first, std::span<const SqlValue> keys,
                    llvm::function_ref<void(Val<const JoinRow*>)> visit);
  /// if (the candidate's keys equal `keys`) { then }
  void ifKeysEqual(Val<const JoinRow*> candidate, std::span<const SqlValue> keys, FunctionBuilder::Body then);

 private:
  std::string named(std::string_view what) const { return label_ + "." + std::string(what); }
  /// forEachMatch where mostly one of several candidates matches: without a branch by which one.
  void forEachChosen(Val<const JoinRow*> first, std::span<const SqlValue> keys,
                     llvm::function_ref<void(Val<const JoinRow*>)> visit);
  bool choosesAmongSeveral() const;

  PipelineBuilder& p;  // NOLINT(readability-identifier-naming): stands in front of every emitted operation
  std::string label_;
  const JoinSpec& spec_;
  const JoinFacts& facts_;
  std::optional<Val<JoinTable*>> table_;
  /// The stored keys that candidates are compared by, the last ones; those of candidates are NULL only where the key is
  /// null-safe.
  std::vector<RowLayout::Column> keyColumns_;
};

}  // namespace basalt::codegen
