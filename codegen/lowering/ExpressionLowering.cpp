#include "codegen/lowering/ExpressionLowering.h"

#include <algorithm>

#include "codegen/Bindings.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

namespace {

constexpr std::uint64_t kSlotBytes = 16;

/// Whether the kernel may run on the arbitrary value under a NULL, so that no branch is needed around it.
bool runsUnderNull(const KernelInfo& kernel) {
  return !kernel.mayFail && !kernel.usesArena && std::ranges::none_of(kernel.arguments, [](KernelType type) {
    // Strings are followed to their bytes, codes to their strings.
    return type == KernelType::Varchar || type == KernelType::Dictionary;
  });
}

std::string nameOf(const std::string& label, const Expression& expression) {
  return label + "." + std::string(expression.kernel->name);
}

}  // namespace

bool isCheap(const Expression& condition) {
  switch (condition.kind) {
    case Expression::Kind::Column:
    case Expression::Kind::Literal:
      return !condition.type.isString();
    case Expression::Kind::Call:
      return runsUnderNull(*condition.kernel) &&
             std::ranges::all_of(condition.arguments, [](const ExpressionPointer& each) { return isCheap(*each); });
    default:
      return false;
  }
}

KernelValue chooseValue(PipelineBuilder& p, Condition condition, KernelType type,
                        llvm::function_ref<KernelValue()> then, llvm::function_ref<KernelValue()> otherwise,
                        const llvm::Twine& name) {
  Val<std::byte*> slot = p.stackBytes(kSlotBytes, kSlotBytes, name + ".slot");
  p.ifThenElse(
      condition,
      [&] {
        Row::Conditional conditional(p.trail());
        storeKernelValue(p, slot, 0, then(), kSlotBytes);
      },
      [&] {
        Row::Conditional conditional(p.trail());
        storeKernelValue(p, slot, 0, otherwise(), kSlotBytes);
      },
      name);
  return loadKernelValue(p, type, slot, 0, kSlotBytes, name);
}

SqlValue ExpressionLowering::value(const Expression& expression, const Row& row) {
  switch (expression.kind) {
    case Expression::Kind::Column:
      return row.column(expression.column);
    case Expression::Kind::Literal:
    case Expression::Kind::Prepared:
      return p.literal(expression);
    case Expression::Kind::Call:
      return call(expression, row);
    case Expression::Kind::And:
    case Expression::Kind::Or:
      return junction(expression, row);
    case Expression::Kind::IsNull: {
      const SqlValue argument = value(*expression.arguments[0], row);
      return {{KernelType::Boolean, argument.isNull.value_or(p.constant(false)).raw()}, std::nullopt};
    }
    case Expression::Kind::Case:
      return caseValue(expression, row);
  }
  p.fail("an expression of unknown kind");
  return {{KernelType::Boolean, p.poison<bool>().raw()}, std::nullopt};
}

std::vector<SqlValue> ExpressionLowering::values(std::span<const ExpressionPointer> expressions, const Row& row) {
  std::vector<SqlValue> result;
  result.reserve(expressions.size());
  for (const ExpressionPointer& expression : expressions) {
    result.push_back(value(*expression, row));
  }
  return result;
}

KernelValue ExpressionLowering::callChecked(const Expression& expression, std::span<const KernelValue> arguments) {
  const KernelInfo& kernel = *expression.kernel;
  if (!kernel.mayFail) {
    return callKernel(p, kernel, arguments, p.zero<ErrorCode*>(), p.arena(), nameOf(label_, expression));
  }
  // error = None; result = kernel(arguments..., &error); if (error != None) fail;
  Val<ErrorCode*> error = p.clearedError();
  const KernelValue result = callKernel(p, kernel, arguments, error, p.arena(), nameOf(label_, expression));
  p.failOnError(p.pipeline().siteIndex.at(&expression));
  return result;
}

SqlValue ExpressionLowering::callTried(const Expression& expression, std::span<const KernelValue> arguments,
                                       std::optional<Val<bool>> isNull) {
  const std::string name = nameOf(label_, expression);
  const KernelType type = expression.kernel->result;
  Var<bool> failed = p.local(isNull.value_or(p.constant(false)), name + ".isNull");
  // error = None; result = kernel(arguments..., &error); isNull = error != None;
  const auto attempt = [&] {
    Val<ErrorCode*> error = p.clearedError();
    const KernelValue result = callKernel(p, *expression.kernel, arguments, error, p.arena(), name);
    failed = p.hasError();
    return result;
  };
  if (!isNull) {
    const KernelValue result = attempt();
    return {result, failed.get()};
  }
  const KernelValue result =
      chooseValue(p, *isNull, type, [&] { return KernelValue{type, p.zeroOf(formOf(type))}; }, attempt, name);
  return {result, failed.get()};
}

SqlValue ExpressionLowering::call(const Expression& expression, const Row& row) {
  std::vector<KernelValue> arguments;
  std::optional<Val<bool>> isNull;
  for (const ExpressionPointer& each : expression.arguments) {
    const SqlValue argument = value(*each, row);
    arguments.push_back(argument.value);
    if (argument.isNull) {
      isNull = isNull ? p.bitOr(*isNull, Operand(*argument.isNull), nameOf(label_, expression) + ".isNull")
                      : *argument.isNull;
    }
  }
  if (expression.nullOnError) {
    return callTried(expression, arguments, isNull);
  }
  if (!isNull || runsUnderNull(*expression.kernel)) {
    return {callChecked(expression, arguments), isNull};
  }
  // result = isNull ? 0 : kernel(arguments...)
  const KernelType type = expression.kernel->result;
  const KernelValue result = chooseValue(
      p, *isNull, type, [&] { return KernelValue{type, p.zeroOf(formOf(type))}; },
      [&] { return callChecked(expression, arguments); }, nameOf(label_, expression));
  return {result, isNull};
}

SqlValue ExpressionLowering::junction(const Expression& expression, const Row& row) {
  if (!expression.nullable) {
    return {{KernelType::Boolean, isTrue(expression, row).raw()}, std::nullopt};
  }
  const bool isAnd = expression.kind == Expression::Kind::And;
  const std::string name = label_ + (isAnd ? ".and" : ".or");
  const auto isNullOf = [&](const SqlValue& value) { return value.isNull.value_or(p.constant(false)); };
  // result = first
  const SqlValue first = value(*expression.arguments[0], row);
  Var<bool> result = p.local(first.value.as<bool>(), name);
  Var<bool> isNull = p.local(isNullOf(first), name + ".isNull");
  for (std::size_t index = 1; index < expression.arguments.size(); ++index) {
    // if (result != false) result = result AND next     (OR: if (result != true))
    Val<bool> open = isAnd ? p.bitOr(isNull.get(), Operand(result.get()))
                           : p.bitOr(isNull.get(), Operand(p.logicalNot(result.get())));
    p.ifThen(
        open,
        [&] {
          Row::Conditional conditional(p.trail());
          const SqlValue next = value(*expression.arguments[index], row);
          Val<bool> left = result.get();
          Val<bool> leftNull = isNull.get();
          Val<bool> right = next.value.as<bool>();
          result = isAnd ? bind::andValue(p, left, leftNull, right, isNullOf(next))
                         : bind::orValue(p, left, leftNull, right, isNullOf(next));
          isNull = isAnd ? bind::andIsNull(p, left, leftNull, right, isNullOf(next))
                         : bind::orIsNull(p, left, leftNull, right, isNullOf(next));
        },
        name);
  }
  return {{KernelType::Boolean, result.get().raw()}, isNull.get()};
}

Val<bool> ExpressionLowering::isTrue(const Expression& condition, const Row& row) {
  if (condition.kind == Expression::Kind::And || condition.kind == Expression::Kind::Or) {
    return shortCircuit(condition, 0, row);
  }
  const SqlValue result = value(condition, row);
  Val<bool> flag = result.value.as<bool>();
  return result.isNull ? p.bitAnd(flag, Operand(p.logicalNot(*result.isNull))) : flag;
}

Val<bool> ExpressionLowering::shortCircuit(const Expression& condition, std::size_t argument, const Row& row) {
  const bool isAnd = condition.kind == Expression::Kind::And;
  Var<bool> result = p.local<bool>(label_ + (isAnd ? ".and" : ".or"));
  // result = first; if (result) result = second; ...     (OR: if (!result))
  result = isTrue(*condition.arguments[argument], row);
  if (argument + 1 < condition.arguments.size()) {
    p.ifThen(
        isAnd ? result.get() : p.logicalNot(result.get()),
        [&] {
          Row::Conditional conditional(p.trail());
          result = shortCircuit(condition, argument + 1, row);
        },
        label_ + (isAnd ? ".and" : ".or"));
  }
  return result.get();
}

void ExpressionLowering::ifTrue(const Expression& condition, const Row& row, FunctionBuilder::Body then) {
  if (condition.kind == Expression::Kind::And) {
    ifAllTrue(condition.arguments, row, then);
  } else {
    p.ifThen(isTrue(condition, row), then, label_ + ".filter");
  }
}

void ExpressionLowering::ifAllTrue(std::span<const ExpressionPointer> conjuncts, const Row& row,
                                   FunctionBuilder::Body then) {
  if (conjuncts.empty()) {
    then();
    return;
  }
  const auto cheap = static_cast<std::size_t>(
      std::ranges::find_if_not(conjuncts, [](const ExpressionPointer& each) { return isCheap(*each); }) -
      conjuncts.begin());
  if (cheap < 2) {
    // if (conjunct) { the others }
    ifTrue(*conjuncts.front(), row, [&] { ifAllTrue(conjuncts.subspan(1), row, then); });
    return;
  }
  // if (first & second & ...) { the others }: one branch that is often mispredicted costs less than several.
  Val<bool> all = isTrue(*conjuncts.front(), row);
  for (const ExpressionPointer& each : conjuncts.subspan(1, cheap - 1)) {
    all = p.bitAnd(all, Operand(isTrue(*each, row)), label_ + ".filter");
  }
  llvm::BasicBlock* block = p.ir().GetInsertBlock();
  p.ifThen(all, [&] { ifAllTrue(conjuncts.subspan(cheap), row, then); }, label_ + ".filter");
  // Without this mark the instruction selector makes several branches of it again.
  block->getTerminator()->setMetadata(llvm::LLVMContext::MD_unpredictable, llvm::MDNode::get(p.context(), {}));
}

SqlValue ExpressionLowering::caseValue(const Expression& expression, const Row& row) {
  const std::string name = label_ + ".case";
  Val<std::byte*> result = p.stackBytes(kSlotBytes, kSlotBytes, name + ".slot");
  Var<bool> isNull = p.local<bool>(name + ".isNull");
  emitBranches(expression, 0, row, result, isNull);
  const KernelValue value = loadKernelValue(p, kernelTypeOf(expression.type), result, 0, kSlotBytes, name);
  return {value, expression.nullable ? std::optional(isNull.get()) : std::nullopt};
}

void ExpressionLowering::emitBranches(const Expression& expression, std::size_t argument, const Row& row,
                                      Val<std::byte*> result, Var<bool>& isNull) {
  const bool isElse = argument + 1 == expression.arguments.size();
  const auto assign = [&](const Expression& branch) {
    Row::Conditional conditional(p.trail());
    const SqlValue taken = value(branch, row);
    storeKernelValue(p, result, 0, taken.value, kSlotBytes);
    isNull = taken.isNull.value_or(p.constant(false));
  };
  if (isElse) {
    // result = else
    assign(*expression.arguments[argument]);
    return;
  }
  // if (condition) result = value; else the branches that follow
  p.ifThenElse(
      isTrue(*expression.arguments[argument], row), [&] { assign(*expression.arguments[argument + 1]); },
      [&] {
        Row::Conditional conditional(p.trail());
        emitBranches(expression, argument + 2, row, result, isNull);
      },
      label_ + ".case");
}

}  // namespace basalt::codegen
