#pragma once

#include <optional>
#include <vector>

#include "codegen/lowering/ExpressionLowering.h"
#include "codegen/lowering/OperatorLowering.h"

namespace basalt::codegen {

/// Puts out a row per list. A loop over the lists around one copy of the code that follows: in each round a switch
/// stores the list's values in slots on the stack, from which the row that goes on is loaded.
class ExpandLowering final : public StepLowering {
 public:
  ExpandLowering(PipelineBuilder& builder, std::size_t step)
      : StepLowering(builder, step), spec_(specOf<ExpandSpec>()), expressions_(builder, label()) {}

  void setup() override;
  void consume(const Row& row) override;

 private:
  /// Where the lists put the values of a column.
  struct Slot {
    KernelType type;
    Val<std::byte*> value;
    std::optional<Var<bool>> isNull;
  };
  /// Per list and column: the value, where it has been computed ahead of the loop.
  using Values = std::vector<std::vector<std::optional<SqlValue>>>;

  Values computeAhead(const Row& row);
  void storeList(std::size_t list, Val<std::uint32_t> wanted, const Row& row, const Values& ahead);
  void store(Slot& slot, const SqlValue& value);

  const ExpandSpec& spec_;
  ExpressionLowering expressions_;
  /// Per output column; nothing for those that are passed on.
  std::vector<std::optional<Slot>> slots_;
};

}  // namespace basalt::codegen
