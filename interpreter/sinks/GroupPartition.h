#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "interpreter/columns/RowSelection.h"
#include "operators/pipeline/PipelineRunner.h"
#include "runtime/memory/Buffer.h"

namespace basalt::interpreter {

/// The rows of a batch by their group, in their order, where the batch has few groups. Then an aggregate can take in
/// one group after the other, its state in registers; row by row, it would wait for the state that the row before left
/// in memory.
class GroupPartition {
 public:
  struct Part {
    std::byte* group = nullptr;
    RowSelection rows;
  };

  explicit GroupPartition(const WorkerContext& context) : context_(context) {}

  /// `groups[p]` is the group of position p. False when there are too many groups, or too few rows of each, for parts
  /// to pay.
  bool divide(const RowSelection& rows, std::byte* const* groups);
  /// What divide() found, until it is called again.
  std::span<const Part> parts() const noexcept { return std::span(parts_).first(count_); }

 private:
  static constexpr std::uint32_t kMaxGroups = 16;
  /// Rows that a part must have on average.
  static constexpr std::uint32_t kRowsPerPart = 32;
  /// Batches without an attempt after one that failed.
  static constexpr std::uint32_t kPause = 32;
  static constexpr std::uint32_t kSlotBits = 6;
  static constexpr std::uint32_t kSlots = 1U << kSlotBits;

  struct Slot {
    const std::byte* group;
    std::uint32_t part;
  };

  static std::size_t slotOf(const std::byte* group) noexcept;
  /// The part of a group that is not in the slot where it belongs first; kMaxGroups when there is no room for it.
  std::uint32_t findOrAdd(std::byte* group) noexcept;
  bool assign(const RowSelection& rows, std::byte* const* groups);

  const WorkerContext& context_;
  /// A hash table of the groups, by their addresses.
  std::array<Slot, kSlots> slots_{};
  std::array<Part, kMaxGroups> parts_;
  std::uint32_t count_ = 0;
  std::uint32_t pause_ = 0;
  /// For each part the positions of its rows, as many as a batch may have.
  Buffer positions_;
};

}  // namespace basalt::interpreter
