#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/types/KernelType.h"

namespace basalt {

/// The argument types of a kernel; a fixed array, so that the catalog is constant data.
class KernelTypes {
 public:
  static constexpr std::size_t kMaxArguments = 8;

  constexpr KernelTypes() = default;
  template <typename... Types>
    requires(sizeof...(Types) > 0 && sizeof...(Types) <= kMaxArguments)
  constexpr KernelTypes(Types... types)  // NOLINT(google-explicit-constructor): a row of the catalog spells a list
      : types_{types...}, count_(sizeof...(Types)) {}

  constexpr std::size_t size() const noexcept { return count_; }
  constexpr KernelType operator[](std::size_t index) const noexcept { return types_[index]; }
  constexpr const KernelType* begin() const noexcept { return types_.data(); }
  constexpr const KernelType* end() const noexcept { return types_.data() + count_; }

 private:
  std::array<KernelType, kMaxArguments> types_{};
  std::uint8_t count_ = 0;
};

/// One kernel: a SQL function for one combination of argument types. The position in the catalog identifies it to both
/// engines.
struct KernelInfo {
  /// The function's name in plans.
  std::string_view name;
  /// The name of its body in the prelude.
  std::string_view symbol;
  KernelTypes arguments;
  KernelType result;
  /// Takes an `ErrorCode*` behind the arguments and may set it.
  bool mayFail;
  /// Takes a `StringArena*` behind those, for results that need memory.
  bool usesArena;
};

/// One aggregate function for one argument type; count(*) has no argument.
struct AggregateInfo {
  /// The function's name in plans.
  std::string_view name;
  KernelTypes arguments;
  KernelType result;
  std::uint32_t stateSize;
  std::uint32_t stateAlignment;
  std::string_view initialiseSymbol;
  std::string_view updateSymbol;
  std::string_view mergeSymbol;
  std::string_view finaliseSymbol;
  bool updateMayFail;
  bool mergeMayFail;
  bool finaliseMayFail;
  /// Take a `StringArena*` behind the error, for states that hold strings.
  bool updateUsesArena;
  bool mergeUsesArena;
};

/// All kernels, ordered by name and symbol. Derived from the annotations in runtime/kernels when Basalt is built.
std::span<const KernelInfo> kernelCatalog() noexcept;
std::span<const AggregateInfo> aggregateCatalog() noexcept;

/// The kernels called `name`, one for each combination of argument types; empty when there is none.
std::span<const KernelInfo> findKernels(std::string_view name) noexcept;
std::span<const AggregateInfo> findAggregates(std::string_view name) noexcept;

}  // namespace basalt
