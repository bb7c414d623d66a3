#pragma once

#include <cassert>
#include <concepts>
#include <type_traits>

#include "codegen/builder/ValueForm.h"

namespace llvm {
class Value;
}

namespace basalt::codegen {

/// An emitted value whose form is known at run time only. `second` is set for pairs alone.
struct RawValue {
  ValueForm form = ValueForm::Void;
  llvm::Value* first = nullptr;
  llvm::Value* second = nullptr;
};

/// True when a pointer to From may stand for a pointer to To without a computation: const is added, or the type
/// dropped.
template <typename From, typename To>
concept PointerWidens =
    std::is_pointer_v<From> && std::is_pointer_v<To> && !std::same_as<From, To> && std::is_convertible_v<From, To> &&
    (std::same_as<std::remove_cv_t<std::remove_pointer_t<From>>, std::remove_cv_t<std::remove_pointer_t<To>>> ||
     std::is_void_v<std::remove_pointer_t<To>>);

/// A value in emitted code that has type T in C++: Val<JoinTable*> is not Val<Morsel*>, and mixing them up does not
/// compile. Holds no code of its own; the operations are FunctionBuilder's. A Val is in SSA form: a bool is i1, an enum
/// its underlying integer, a 16-byte struct two i64.
template <Emittable T>
class Val {
 public:
  explicit Val(llvm::Value* value)
    requires(!PairStruct<T>)
      : raw_{formOf<T>(), value, nullptr} {
    assert(value != nullptr);
  }
  /// The struct's bytes 0 to 7 and 8 to 15, as little-endian i64.
  Val(llvm::Value* first, llvm::Value* second)
    requires(PairStruct<T>)
      : raw_{ValueForm::Pair, first, second} {
    assert(first != nullptr && second != nullptr);
  }
  explicit Val(RawValue raw) : raw_(raw) { assert(raw.form == formOf<T>()); }

  template <typename From>
    requires PointerWidens<From, T>
  Val(Val<From> other) : raw_(other.raw()) {}  // NOLINT(google-explicit-constructor): as C++ itself converts

  llvm::Value* value() const
    requires(!PairStruct<T>)
  {
    return raw_.first;
  }
  /// Bytes 0 to 7 of a struct: length and prefix of a StringView, months and days of an Interval.
  Val<std::uint64_t> first() const
    requires(PairStruct<T>)
  {
    return Val<std::uint64_t>(raw_.first);
  }
  /// Bytes 8 to 15 of a struct.
  Val<std::uint64_t> second() const
    requires(PairStruct<T>)
  {
    return Val<std::uint64_t>(raw_.second);
  }

  RawValue raw() const { return raw_; }

 private:
  RawValue raw_;
};

/// The second operand of an operation: an emitted value or a constant of its type.
template <Emittable T>
class Operand {
 public:
  Operand(Val<T> value) : value_(value.raw()) {}                   // NOLINT(google-explicit-constructor)
  Operand(T constant) : constant_(constant), isConstant_(true) {}  // NOLINT(google-explicit-constructor)

  bool isConstant() const { return isConstant_; }
  T constant() const { return constant_; }
  Val<T> value() const { return Val<T>(value_); }

 private:
  RawValue value_;
  T constant_{};
  bool isConstant_ = false;
};

}  // namespace basalt::codegen
