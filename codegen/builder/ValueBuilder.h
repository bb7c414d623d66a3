#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include "codegen/builder/StreamPrefetch.h"
#include "codegen/builder/Val.h"

namespace basalt::codegen {

template <Emittable T>
class Var;

/// The straight-line half of FunctionBuilder: constants, arithmetic, memory and calls on typed values. Integer
/// arithmetic here is for addresses, counters and flags, and wraps; SQL's arithmetic with its checks is in the kernels.
class ValueBuilder {
 public:
  ValueBuilder(const ValueBuilder&) = delete;
  ValueBuilder& operator=(const ValueBuilder&) = delete;

  /// The LLVM builder underneath, for what the typed operations do not offer.
  llvm::IRBuilder<>& ir() { return ir_; }
  llvm::Module& module() { return *module_; }
  llvm::LLVMContext& context() { return ir_.getContext(); }

  /// Notes what went wrong while emitting; the first note becomes the error of `finish`. Emission goes on with poison
  /// values, so that lowerings need no error path of their own.
  void fail(const std::string& message);
  bool failed() const { return !failure_.empty(); }

  // ---- Constants ----

  template <Emittable T>
    requires(!std::is_pointer_v<T> && !PairStruct<T>)
  Val<T> constant(T value) {
    if constexpr (std::same_as<T, float> || std::same_as<T, double>) {
      return Val<T>(llvm::ConstantFP::get(typeOf(formOf<T>()), static_cast<double>(value)));
    } else if constexpr (sizeof(T) == 16) {
      auto bits = static_cast<UInt128>(value);
      return Val<T>(wideConstant(static_cast<std::uint64_t>(bits), static_cast<std::uint64_t>(bits >> 64)));
    } else {
      return Val<T>(llvm::ConstantInt::get(typeOf(formOf<T>()), static_cast<std::uint64_t>(value), isSignedValue<T>()));
    }
  }
  /// Zero, false or null.
  template <Emittable T>
  Val<T> zero() {
    return Val<T>(zeroOf(formOf<T>()));
  }
  /// A value of no meaning, for paths that never use it.
  template <Emittable T>
  Val<T> poison() {
    return Val<T>(poisonOf(formOf<T>()));
  }

  // ---- Arithmetic, as C++ computes on T (but without promotion, and integers wrap) ----

  template <Arithmetic T>
  Val<T> add(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return Val<T>(isFloating<T>() ? ir_.CreateFAdd(left.value(), emit(right), name)
                                  : ir_.CreateAdd(left.value(), emit(right), name));
  }
  template <Arithmetic T>
  Val<T> subtract(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return Val<T>(isFloating<T>() ? ir_.CreateFSub(left.value(), emit(right), name)
                                  : ir_.CreateSub(left.value(), emit(right), name));
  }
  template <Arithmetic T>
  Val<T> multiply(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return Val<T>(isFloating<T>() ? ir_.CreateFMul(left.value(), emit(right), name)
                                  : ir_.CreateMul(left.value(), emit(right), name));
  }
  template <IntegerLike T>
  Val<T> minimum(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    Val<T> other(emit(right));
    return select(less(left, other), left, other, name);
  }

  /// Bit operations; on bool they are the logical ones, without short circuit.
  template <typename T>
    requires(IntegerLike<T> || std::same_as<T, bool>)
  Val<T> bitAnd(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return Val<T>(ir_.CreateAnd(left.value(), emit(right), name));
  }
  template <typename T>
    requires(IntegerLike<T> || std::same_as<T, bool>)
  Val<T> bitOr(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return Val<T>(ir_.CreateOr(left.value(), emit(right), name));
  }
  template <typename T>
    requires(IntegerLike<T> || std::same_as<T, bool>)
  Val<T> bitXor(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return Val<T>(ir_.CreateXor(left.value(), emit(right), name));
  }
  Val<bool> logicalNot(Val<bool> value, const llvm::Twine& name = "") {
    return Val<bool>(ir_.CreateNot(value.value(), name));
  }
  /// The shift distance must be less than T's width.
  template <IntegerLike T>
  Val<T> shiftLeft(Val<T> value, Operand<std::type_identity_t<T>> distance, const llvm::Twine& name = "") {
    return Val<T>(ir_.CreateShl(value.value(), emit(distance), name));
  }
  template <IntegerLike T>
  Val<T> shiftRight(Val<T> value, Operand<std::type_identity_t<T>> distance, const llvm::Twine& name = "") {
    return Val<T>(isSignedValue<T>() ? ir_.CreateAShr(value.value(), emit(distance), name)
                                     : ir_.CreateLShr(value.value(), emit(distance), name));
  }

  // ---- Comparison ----

  template <typename T>
    requires(Arithmetic<T> || std::same_as<T, bool> || std::is_pointer_v<T>)
  Val<bool> equal(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return compare<T>(llvm::CmpInst::ICMP_EQ, llvm::CmpInst::ICMP_EQ, llvm::CmpInst::FCMP_OEQ, left, right, name);
  }
  template <typename T>
    requires(Arithmetic<T> || std::same_as<T, bool> || std::is_pointer_v<T>)
  Val<bool> notEqual(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return compare<T>(llvm::CmpInst::ICMP_NE, llvm::CmpInst::ICMP_NE, llvm::CmpInst::FCMP_UNE, left, right, name);
  }
  template <Arithmetic T>
  Val<bool> less(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return compare<T>(llvm::CmpInst::ICMP_SLT, llvm::CmpInst::ICMP_ULT, llvm::CmpInst::FCMP_OLT, left, right, name);
  }
  template <Arithmetic T>
  Val<bool> lessOrEqual(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return compare<T>(llvm::CmpInst::ICMP_SLE, llvm::CmpInst::ICMP_ULE, llvm::CmpInst::FCMP_OLE, left, right, name);
  }
  template <Arithmetic T>
  Val<bool> greater(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return compare<T>(llvm::CmpInst::ICMP_SGT, llvm::CmpInst::ICMP_UGT, llvm::CmpInst::FCMP_OGT, left, right, name);
  }
  template <Arithmetic T>
  Val<bool> greaterOrEqual(Val<T> left, Operand<std::type_identity_t<T>> right, const llvm::Twine& name = "") {
    return compare<T>(llvm::CmpInst::ICMP_SGE, llvm::CmpInst::ICMP_UGE, llvm::CmpInst::FCMP_OGE, left, right, name);
  }
  template <typename T>
  Val<bool> isNull(Val<T*> pointer, const llvm::Twine& name = "") {
    return Val<bool>(ir_.CreateIsNull(pointer.value(), name));
  }
  template <typename T>
  Val<bool> isNotNull(Val<T*> pointer, const llvm::Twine& name = "") {
    return Val<bool>(ir_.CreateIsNotNull(pointer.value(), name));
  }

  /// Both values are computed; the condition picks one.
  template <Emittable T>
  Val<T> select(Val<bool> condition, Val<T> whenTrue, std::type_identity_t<Val<T>> whenFalse,
                const llvm::Twine& name = "") {
    return Val<T>(selectRaw(condition, whenTrue.raw(), whenFalse.raw(), name));
  }
  RawValue selectRaw(Val<bool> condition, RawValue whenTrue, RawValue whenFalse, const llvm::Twine& name = "");

  // ---- Conversion ----

  /// static_cast between integers, enums and bool: widening by From's sign, narrowing by dropping bits.
  template <typename To, typename From>
    requires((IntegerLike<To> || std::same_as<To, bool>) && (IntegerLike<From> || std::same_as<From, bool>))
  Val<To> convert(Val<From> value, const llvm::Twine& name = "") {
    if constexpr (std::same_as<To, From>) {
      return value;
    } else if constexpr (std::same_as<To, bool>) {
      return Val<bool>(ir_.CreateIsNotNull(value.value(), name));
    } else {
      return Val<To>(ir_.CreateIntCast(value.value(), typeOf(formOf<To>()),
                                       !std::same_as<From, bool> && isSignedValue<From>(), name));
    }
  }
  /// reinterpret_cast of a pointer; emits nothing.
  template <typename To, typename From>
    requires(std::is_pointer_v<To> && std::is_pointer_v<From>)
  Val<To> pointerCast(Val<From> pointer) {
    return Val<To>(pointer.value());
  }

  // ---- Memory. A bool is one byte, 0 or 1. ----

  /// The address `bytes` behind a pointer, within the same object.
  template <typename To, typename From>
  Val<To*> offset(Val<From*> pointer, Operand<std::uint64_t> bytes, const llvm::Twine& name = "") {
    return Val<To*>(ir_.CreateInBoundsGEP(ir_.getInt8Ty(), pointer.value(), emit(bytes), name));
  }
  /// &array[index]
  template <typename T>
  Val<T*> element(Val<T*> array, Operand<std::uint64_t> index, const llvm::Twine& name = "") {
    return Val<T*>(elementAddress(array.value(), emit(index), sizeof(T), name));
  }
  template <Emittable T, typename Pointee>
  Val<T> load(Val<Pointee*> pointer, std::uint64_t byteOffset = 0, const llvm::Twine& name = "") {
    return Val<T>(loadRaw(formOf<T>(), pointer.value(), byteOffset, alignof(T), name));
  }
  template <Emittable T, typename Pointee>
  void store(Val<Pointee*> pointer, std::uint64_t byteOffset, Val<T> value) {
    storeRaw(pointer.value(), byteOffset, value.raw(), alignof(T));
  }
  /// Access to a std::atomic<T> with relaxed order.
  template <Emittable T, typename Pointee>
    requires(sizeof(T) <= 8)
  Val<T> loadRelaxed(Val<Pointee*> pointer, std::uint64_t byteOffset = 0, const llvm::Twine& name = "") {
    return Val<T>(loadRelaxedRaw(formOf<T>(), pointer.value(), byteOffset, sizeof(T), name));
  }
  template <Emittable T, typename Pointee>
    requires(sizeof(T) <= 8)
  void storeRelaxed(Val<Pointee*> pointer, std::uint64_t byteOffset, Val<T> value) {
    storeRelaxedRaw(pointer.value(), byteOffset, value.raw(), sizeof(T));
  }
  /// The cache that a prefetch brings memory into at least.
  enum class CacheLevel : std::uint8_t { First = 3, Second = 2 };
  /// Asks for the cache line at `pointer`, which need not be valid; has no effect but on time.
  template <typename Pointee>
  void prefetch(Val<Pointee*> pointer, CacheLevel level) {
    prefetchRaw(pointer.value(), level);
  }
  /// In front of a vectorized loop: has it ask for `bytesPerRow` bytes a row of the memory from `start` on.
  template <typename Pointee>
  void prefetchStream(Val<Pointee*> start, std::uint64_t bytesPerRow) {
    markStream(*prefetchRaw(start.value(), CacheLevel::First), bytesPerRow);
  }
  /// array[index], a load from &array[index].
  template <typename T>
    requires Emittable<std::remove_cv_t<T>>
  Val<std::remove_cv_t<T>> loadElement(Val<T*> array, Operand<std::uint64_t> index, const llvm::Twine& name = "") {
    return load<std::remove_cv_t<T>>(element(array, index), 0, name);
  }
  template <Emittable T>
  void storeElement(Val<T*> array, Operand<std::uint64_t> index, std::type_identity_t<Val<T>> value) {
    store<T>(element(array, index), 0, value);
  }
  /// The same for forms known at run time only. Alignment in bytes; 1 serves packed rows.
  RawValue loadRaw(ValueForm form, llvm::Value* pointer, std::uint64_t byteOffset, std::uint64_t alignment,
                   const llvm::Twine& name = "");
  void storeRaw(llvm::Value* pointer, std::uint64_t byteOffset, RawValue value, std::uint64_t alignment);
  RawValue loadRelaxedRaw(ValueForm form, llvm::Value* pointer, std::uint64_t byteOffset, std::uint64_t bytes,
                          const llvm::Twine& name = "");
  void storeRelaxedRaw(llvm::Value* pointer, std::uint64_t byteOffset, RawValue value, std::uint64_t bytes);
  llvm::CallInst* prefetchRaw(llvm::Value* pointer, CacheLevel level);
  llvm::Value* elementAddress(llvm::Value* array, llvm::Value* index, std::uint64_t elementBytes,
                              const llvm::Twine& name);

  /// Stack memory that lives as long as the function, whichever block asks for it.
  Val<std::byte*> stackBytes(std::uint64_t bytes, std::uint64_t alignment, const llvm::Twine& name = "");
  /// An uninitialised struct on the stack.
  template <typename T>
  Val<T*> stackObject(const llvm::Twine& name = "") {
    return Val<T*>(stackBytes(sizeof(T), alignof(T), name).value());
  }
  /// A local variable; its memory is found by SROA.
  template <Emittable T>
  Var<T> local(Val<T> initial, const llvm::Twine& name = "");
  template <Emittable T>
  Var<T> local(const llvm::Twine& name = "");

  // ---- Calls ----

  /// Calls a function of the prelude, adapting each argument to the callee's ABI. Meant for the generated bindings,
  /// which have checked the argument types. R is the C++ result type, maybe void.
  template <typename R>
  auto call(std::string_view symbol, std::initializer_list<RawValue> arguments, const llvm::Twine& name = "") {
    RawValue result = callRaw(symbol, formOf<R>(), {arguments.begin(), arguments.size()}, name);
    if constexpr (!std::is_void_v<R>) {
      return Val<R>(result);
    }
  }
  /// The same for signatures known at run time only, as the kernel catalog's.
  RawValue callRaw(std::string_view symbol, ValueForm result, std::span<const RawValue> arguments,
                   const llvm::Twine& name = "");

  llvm::Type* typeOf(ValueForm form);
  RawValue zeroOf(ValueForm form);
  RawValue poisonOf(ValueForm form);

 protected:
  explicit ValueBuilder(llvm::Module& module) : module_(&module), ir_(module.getContext()) {}
  ~ValueBuilder() = default;

  template <Emittable T>
    requires(!PairStruct<T>)
  llvm::Value* emit(Operand<T> operand) {
    if constexpr (!std::is_pointer_v<T>) {
      if (operand.isConstant()) {
        return constant<T>(operand.constant()).value();
      }
    } else if (operand.isConstant()) {
      if (operand.constant() != nullptr) {
        fail("an address may not be a constant of generated code");
      }
      return zero<T>().value();
    }
    return operand.value().value();
  }

  const std::string& failure() const { return failure_; }
  llvm::Value* stackSlot(ValueForm form, std::uint64_t alignment, const llvm::Twine& name);
  const llvm::BasicBlock* currentBlock() const { return ir_.GetInsertBlock(); }

 private:
  llvm::Value* allocateAtEntry(llvm::Type* type, std::uint64_t alignment, const llvm::Twine& name);

  template <typename T>
  static consteval bool isFloating() {
    return std::same_as<T, float> || std::same_as<T, double>;
  }
  template <typename T>
  Val<bool> compare(llvm::CmpInst::Predicate signedOne, llvm::CmpInst::Predicate unsignedOne,
                    llvm::CmpInst::Predicate floatingOne, Val<T> left, Operand<T> right, const llvm::Twine& name) {
    llvm::CmpInst::Predicate predicate = isFloating<T>() ? floatingOne : isSignedOperand<T>() ? signedOne : unsignedOne;
    return Val<bool>(ir_.CreateCmp(predicate, left.value(), emit(right), name));
  }
  template <typename T>
  static consteval bool isSignedOperand() {
    if constexpr (IntegerLike<T>) {
      return isSignedValue<T>();
    } else {
      return false;
    }
  }
  llvm::Value* wideConstant(std::uint64_t low, std::uint64_t high);
  llvm::Value* byteAddress(llvm::Value* pointer, std::uint64_t byteOffset);
  bool appendArgument(llvm::Function& callee, RawValue argument, llvm::SmallVectorImpl<llvm::Value*>& out);
  RawValue splitResult(llvm::CallInst* call, ValueForm form);

  llvm::Module* module_;
  llvm::IRBuilder<> ir_;
  std::string failure_;
};

}  // namespace basalt::codegen

#include "codegen/builder/Var.h"  // IWYU pragma: export
