#pragma once

#include <cstdint>
#include <memory>

#include "runtime/memory/Buffer.h"
#include "runtime/types/Type.h"

namespace basalt {

/// One column of a batch: values of one physical type, and one byte per row that is 1 where the row is NULL. Either
/// owns its memory or refers to someone else's (a scanned chunk, another vector). The value under a NULL is unspecified
/// but readable.
class Vector {
 public:
  Vector() = default;

  /// Memory for `capacity` values, owned; null bytes are allocated when first asked for.
  static Vector allocate(PhysicalType type, std::uint32_t capacity, const std::shared_ptr<MemoryBudget>& budget);
  /// A vector on memory that outlives it.
  static Vector refer(PhysicalType type, const void* data, const std::uint8_t* nulls);
  /// A vector whose every row is the one value at `value` (which must outlive it), or NULL.
  static Vector constant(PhysicalType type, const void* value, bool isNull);

  PhysicalType type() const noexcept { return type_; }
  bool isConstant() const noexcept { return constant_; }
  const void* data() const noexcept { return data_; }
  template <typename T>
  const T* values() const noexcept {
    return static_cast<const T*>(data_);
  }
  /// One byte per row (one in all when constant), or null pointer when no row is NULL.
  const std::uint8_t* nulls() const noexcept { return nulls_; }

  /// The owned memory, to write to; only for vectors made by allocate().
  void* mutableData() noexcept { return storage_->values.data(); }
  /// The owned null bytes, all 0 at first; nulls() returns them from now on.
  std::uint8_t* mutableNulls();
  /// Declares that no row is NULL (keeps the memory).
  void clearNulls() noexcept { nulls_ = nullptr; }

 private:
  struct Storage {
    Buffer values;
    Buffer nulls;
    std::shared_ptr<MemoryBudget> budget;
    std::uint32_t capacity = 0;
  };
  PhysicalType type_ = PhysicalType::Bool;
  bool constant_ = false;
  const void* data_ = nullptr;
  const std::uint8_t* nulls_ = nullptr;
  /// Shared, so that a vector passed on by an operator keeps its memory.
  std::shared_ptr<Storage> storage_;
};

}  // namespace basalt
