#pragma once

#include <string_view>
#include <vector>

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/Support/Error.h>

#include "codegen/builder/ValueBuilder.h"

namespace basalt::codegen {

/// A branch's condition with what is known of its probability.
class Condition {
 public:
  enum class Weight : std::uint8_t { Even, Likely, Unlikely };

  Condition(Val<bool> value, Weight weight = Weight::Even)  // NOLINT(google-explicit-constructor)
      : value_(value), weight_(weight) {}

  Val<bool> value() const { return value_; }
  Weight weight() const { return weight_; }

 private:
  Val<bool> value_;
  Weight weight_;
};

inline Condition likely(Val<bool> condition) { return {condition, Condition::Weight::Likely}; }
/// For error and other rare paths: their blocks move out of the hot code.
inline Condition unlikely(Val<bool> condition) { return {condition, Condition::Weight::Unlikely}; }

/// The types at the boundary of a generated function, which C++ calls: only those that need no adapting.
template <typename T>
concept BoundaryType = std::is_void_v<T> || std::same_as<T, bool> || std::is_pointer_v<T> || std::same_as<T, float> ||
                       std::same_as<T, double> || (IntegerLike<T> && (sizeof(T) == 4 || sizeof(T) == 8));

struct Signature {
  ValueForm result;
  std::vector<ValueForm> parameters;

  /// Signature::of<std::int32_t(PipelineState*, WorkerState*, Morsel*)>()
  template <typename Function>
  static Signature of() {
    return ofFunction(static_cast<Function*>(nullptr));
  }

 private:
  template <BoundaryType R, BoundaryType... A>
  static Signature ofFunction(R (*)(A...)) {
    return {formOf<R>(), {formOf<A>()...}};
  }
};

/// Emits one function, so that the emitting code reads like the emitted code. Each C++ block handed to `ifThen`,
/// `whileTrue` and their like is one emitted block: when it ends, control flow goes on where the structure says, and
/// the next operation is emitted behind it. Values that change are variables (`local`); nobody writes blocks or phis by
/// hand.
///
///   FunctionBuilder b(module, "sum", Signature::of<std::int64_t(std::int64_t*, std::uint64_t)>(), {"values",
///   "count"}); auto values = b.argument<std::int64_t*>(0); Var<std::int64_t> sum =
///   b.local(b.constant<std::int64_t>(0), "sum"); b.forRange(b.constant<std::uint64_t>(0),
///   b.argument<std::uint64_t>(1), [&](Val<std::uint64_t> index) {
///     sum = b.add(sum.get(), b.loadElement(values, index, "value"));
///   });
///   b.ret(sum.get());
///   llvm::Expected<llvm::Function*> function = b.finish();
///
/// The module must be a prelude module (codegen/Prelude.h) when functions of the prelude are called.
class FunctionBuilder : public ValueBuilder {
 public:
  using Body = llvm::function_ref<void()>;

  /// The loop around the code that is being emitted; `body` functions may take it as their last parameter.
  class Loop {
   public:
    /// Leaves the loop. What the C++ block emits behind it is unreachable and is dropped.
    void breakLoop() { builder_.jumpAway(exit_); }
    /// Goes on with the next round: in a forRange the next index, else the condition.
    void continueLoop() { builder_.jumpAway(next_); }

   private:
    friend class FunctionBuilder;
    Loop(FunctionBuilder& builder, llvm::BasicBlock* next, llvm::BasicBlock* exit)
        : builder_(builder), next_(next), exit_(exit) {}
    FunctionBuilder& builder_;
    llvm::BasicBlock* next_;
    llvm::BasicBlock* exit_;
  };

  /// Starts a function with external linkage in `module`; its name must be free. Arguments are named as given.
  FunctionBuilder(llvm::Module& module, std::string_view name, const Signature& signature,
                  std::initializer_list<std::string_view> argumentNames);

  llvm::Function& function() { return *function_; }

  template <BoundaryType T>
  Val<T> argument(unsigned index) {
    assert(function_->getArg(index)->getType() == typeOf(formOf<T>()));
    return Val<T>(function_->getArg(index));
  }

  // ---- Control flow. `name` names the blocks. ----

  /// if (condition) { then }
  void ifThen(Condition condition, Body then, const llvm::Twine& name = "if");
  /// if (condition) { then } else { otherwise }
  void ifThenElse(Condition condition, Body then, Body otherwise, const llvm::Twine& name = "if");
  /// condition ? then() : otherwise(), where only one side is computed.
  template <Emittable T>
  Val<T> choose(Condition condition, llvm::function_ref<Val<T>()> then, llvm::function_ref<Val<T>()> otherwise,
                const llvm::Twine& name = "choose") {
    Var<T> result = local<T>(name);
    ifThenElse(condition, [&] { result = then(); }, [&] { result = otherwise(); }, name);
    return result.get();
  }

  /// while (condition()) { body([loop]) }
  template <typename LoopBody>
  void whileTrue(llvm::function_ref<Val<bool>()> condition, LoopBody&& body, const llvm::Twine& name = "while") {
    emitWhile([&]() -> Condition { return condition(); }, [&](Loop& loop) { callBody(body, loop); }, name);
  }
  /// for (;;) { body([loop]) }, left by breakLoop or ret.
  template <typename LoopBody>
  void loopForever(LoopBody&& body, const llvm::Twine& name = "loop") {
    emitWhile(nullptr, [&](Loop& loop) { callBody(body, loop); }, name);
  }
  /// for (index = begin; index < end; ++index) { body(index, [loop]) }
  template <IntegerValue T, typename LoopBody>
  void forRange(Val<T> begin, std::type_identity_t<Val<T>> end, LoopBody&& body, const llvm::Twine& name = "index") {
    Var<T> index = local(begin, name);
    auto increment = [&] {
      // index < end holds, so the sum cannot wrap.
      index = Val<T>(ir().CreateAdd(index.get().value(), constant<T>(1).value(), name + ".next", !isSignedValue<T>(),
                                    isSignedValue<T>()));
    };
    emitFor([&] { return less<T>(index.get(), end); }, [&](Loop& loop) { callBody(body, index.get(), loop); },
            increment, name + ".loop");
  }
  /// while (pointer) { body(pointer, [loop]) }: walks a list; the body moves the variable on.
  template <typename T, typename LoopBody>
  void whileNotNull(Var<T*>& pointer, LoopBody&& body, const llvm::Twine& name = "list") {
    emitWhile([&]() -> Condition { return isNotNull(pointer.get()); },
              [&](Loop& loop) { callBody(body, pointer.get(), loop); }, name);
  }

  template <BoundaryType T>
  void ret(Val<T> value) {
    returnValue(value.value());
  }
  void ret() { returnValue(nullptr); }

  /// Ends the function and hands it out; the builder is used up. Fails with the first `fail` note, or when a path lacks
  /// its `ret`. Verifies the IR when `verify` is set, and always in builds with assertions.
  llvm::Expected<llvm::Function*> finish(bool verify = false);

 private:
  using LoopFunction = llvm::function_ref<void(Loop&)>;

  template <typename LoopBody, typename... Arguments>
  static void callBody(LoopBody& body, Arguments&&... arguments) {
    if constexpr (std::is_invocable_v<LoopBody&, Arguments...>) {
      body(arguments...);
    } else {
      dropLast(body, arguments...);
    }
  }
  template <typename LoopBody>
  static void dropLast(LoopBody& body, Loop&) {
    body();
  }
  template <typename LoopBody, typename First>
  static void dropLast(LoopBody& body, First& first, Loop&) {
    body(first);
  }

  void emitWhile(llvm::function_ref<Condition()> condition, LoopFunction body, const llvm::Twine& name);
  void emitFor(llvm::function_ref<Condition()> condition, LoopFunction body, Body increment, const llvm::Twine& name);
  void branch(Condition condition, llvm::BasicBlock* whenTrue, llvm::BasicBlock* whenFalse);
  /// Ends the current block with a branch to `target`, unless it is the empty rest behind a break or return.
  void fallThrough(llvm::BasicBlock* target);
  void jumpAway(llvm::BasicBlock* target);
  void returnValue(llvm::Value* value);
  void startUnreachable();
  bool isDeadRest() const;
  llvm::BasicBlock* createBlock(const llvm::Twine& name);
  void enter(llvm::BasicBlock* block);

  llvm::Function* function_;
};

}  // namespace basalt::codegen
