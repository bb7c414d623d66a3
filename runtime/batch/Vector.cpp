#include "runtime/batch/Vector.h"

#include <cstring>
#include <utility>

namespace basalt {

namespace {

constexpr std::uint8_t kNull = 1;

}  // namespace

Vector Vector::allocate(PhysicalType type, std::uint32_t capacity, const std::shared_ptr<MemoryBudget>& budget) {
  Vector result;
  result.type_ = type;
  result.storage_ = std::make_shared<Storage>();
  result.storage_->values = Buffer(budget, std::size_t{capacity} * byteSize(type));
  result.storage_->budget = budget;
  result.storage_->capacity = capacity;
  result.data_ = result.storage_->values.data();
  return result;
}

Vector Vector::refer(PhysicalType type, const void* data, const std::uint8_t* nulls) {
  Vector result;
  result.type_ = type;
  result.data_ = data;
  result.nulls_ = nulls;
  return result;
}

Vector Vector::constant(PhysicalType type, const void* value, bool isNull) {
  Vector result = refer(type, value, isNull ? &kNull : nullptr);
  result.constant_ = true;
  return result;
}

std::uint8_t* Vector::mutableNulls() {
  Buffer& nulls = storage_->nulls;
  if (!nulls) {
    nulls = Buffer(storage_->budget, storage_->capacity);
  }
  if (nulls_ == nullptr) {
    std::memset(nulls.data(), 0, nulls.size());
    nulls_ = nulls.as<std::uint8_t>();
  }
  return nulls.as<std::uint8_t>();
}

}  // namespace basalt
