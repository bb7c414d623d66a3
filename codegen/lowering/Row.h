#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "codegen/lowering/SqlValue.h"

namespace basalt::codegen {

/// The columns of the row that is being processed, at one point of a pipeline. A column is emitted where it is first
/// asked for, so what only a few rows need costs only these, and what nobody needs costs nothing.
///
/// A value emitted in a block is of use where that block has been passed. The C++ blocks of the builder nest as the
/// emitted blocks do, so it is enough that columns first emitted within code that may be skipped are forgotten at its
/// end: Conditional.
class Row {
 public:
  using Emit = std::function<SqlValue()>;
  class Conditional;

  /// Which columns have been emitted since when; one per function.
  class Trail {
   private:
    friend class Row;
    friend class Conditional;
    std::vector<std::shared_ptr<std::optional<SqlValue>>> emitted_;
  };

  /// Marks the life of a C++ block whose emitted code may be skipped while code behind it uses the same row.
  class Conditional {
   public:
    explicit Conditional(Trail& trail) : trail_(trail), begin_(trail.emitted_.size()) {}
    Conditional(const Conditional&) = delete;
    Conditional& operator=(const Conditional&) = delete;
    ~Conditional();

   private:
    Trail& trail_;
    std::size_t begin_;
  };

  explicit Row(Trail& trail) : trail_(&trail) {}

  void add(Emit emit);
  /// Adds a column that has been emitted already.
  void add(const SqlValue& value);

  /// Adds column `index` of `other`, unchanged.
  void add(const Row& other, std::size_t index) { columns_.push_back(other.columns_[index]); }

  std::size_t size() const { return columns_.size(); }
  /// Emits the column here unless a value of it is at hand.
  SqlValue column(std::size_t index) const;
  /// The columns at `indexes`, in that order.
  Row select(std::span<const std::uint32_t> indexes) const;
  /// This row's columns, then those of `other`.
  Row append(const Row& other) const;

 private:
  struct Column {
    Emit emit;
    std::shared_ptr<std::optional<SqlValue>> value;
  };

  Trail* trail_;
  std::vector<Column> columns_;
};

}  // namespace basalt::codegen
