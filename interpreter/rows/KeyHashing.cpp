#include "interpreter/rows/KeyHashing.h"

#include <algorithm>

#include "interpreter/rows/PhysicalKernels.h"
#include "runtime/kernels/Hash.h"

namespace basalt::interpreter {

namespace {

template <bool Combines>
void hashColumn(const Vector& key, const RowSelection& rows, std::uint64_t* hashes) {
  visitPhysicalType(key.type(), [&]<typename Kernels>() {
    const void* const values = key.data();
    const std::uint8_t* const nulls = key.nulls();
    const auto put = [hashes](std::uint32_t index, std::uint64_t hash) {
      hashes[index] = Combines ? kernels::hashCombine(hashes[index], hash) : hash;
    };
    if (key.isConstant()) {
      const bool isNull = nulls != nullptr && nulls[0] != 0;
      const std::uint64_t hash = isNull ? kernels::hashNull() : Kernels::hash(Kernels::load(values));
      for (std::uint32_t i = 0; i < rows.count; ++i) put(i, hash);
    } else if (nulls == nullptr) {
      forEachRow(rows, [=](std::uint32_t index, std::uint32_t position) {
        put(index, Kernels::hash(Kernels::load(values, position)));
      });
    } else {
      forEachRow(rows, [=](std::uint32_t index, std::uint32_t position) {
        put(index, nulls[position] != 0 ? kernels::hashNull() : Kernels::hash(Kernels::load(values, position)));
      });
    }
  });
}

}  // namespace

void hashKeys(std::span<const Vector> keys, const RowSelection& rows, std::uint64_t* hashes) {
  if (keys.empty()) {
    std::fill_n(hashes, rows.count, kernels::kHashOfNoColumns);
    return;
  }
  hashColumn<false>(keys.front(), rows, hashes);
  for (const Vector& key : keys.subspan(1)) hashColumn<true>(key, rows, hashes);
}

}  // namespace basalt::interpreter
