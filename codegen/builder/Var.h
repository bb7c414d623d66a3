#pragma once

#include "codegen/builder/ValueBuilder.h"

namespace basalt::codegen {

/// A local variable of emitted code: a stack slot in the entry block, which SROA turns into SSA values and phis.
/// Lowerings use variables wherever control flow joins, so they never write a phi.
///
///   Var<std::uint64_t> count = b.local(b.constant<std::uint64_t>(0), "count");
///   count = b.add(count.get(), 1);
template <Emittable T>
class Var {
 public:
  Var(ValueBuilder& builder, Val<T*> slot, std::string name)
      : builder_(&builder), slot_(slot), name_(std::move(name)) {}
  Var(Var&&) noexcept = default;
  Var(const Var&) = delete;
  Var& operator=(const Var&) = delete;
  Var& operator=(Var&&) = delete;
  ~Var() = default;

  Val<T> get() const { return builder_->load<T>(slot_, 0, name_); }
  operator Val<T>() const {
    return get();
  }  // NOLINT(google-explicit-constructor): reads like the variable it stands for
  void set(Val<T> value) { builder_->store(slot_, 0, value); }
  Var& operator=(Val<T> value) {
    set(value);
    return *this;
  }

  /// For functions that write through a pointer, such as a kernel's `error`. Keeps the variable in memory until they
  /// are inlined.
  Val<T*> address() const { return slot_; }

 private:
  ValueBuilder* builder_;
  Val<T*> slot_;
  std::string name_;
};

template <Emittable T>
Var<T> ValueBuilder::local(Val<T> initial, const llvm::Twine& name) {
  Var<T> variable = local<T>(name);
  variable.set(initial);
  return variable;
}

template <Emittable T>
Var<T> ValueBuilder::local(const llvm::Twine& name) {
  return Var<T>(*this, Val<T*>(stackSlot(formOf<T>(), alignof(T), name + ".slot")), name.str());
}

}  // namespace basalt::codegen
