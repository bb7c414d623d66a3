#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/types/Type.h"

namespace basalt {

struct Dictionary;

/// A named, typed column of a table, an operator's output or a result.
struct Field {
  std::string name;
  Type type;
  bool nullable = true;
  /// Between operators: the strings that the integers of this column stand for; null: they stand for themselves.
  std::shared_ptr<const Dictionary> dictionary = nullptr;

  friend bool operator==(const Field&, const Field&) = default;
};

/// The ordered columns of a row source.
class Schema {
 public:
  Schema() = default;
  explicit Schema(std::vector<Field> fields) : fields_(std::move(fields)) {}

  std::size_t size() const noexcept { return fields_.size(); }
  const Field& operator[](std::size_t index) const { return fields_[index]; }
  auto begin() const noexcept { return fields_.begin(); }
  auto end() const noexcept { return fields_.end(); }
  void append(Field field) { fields_.push_back(std::move(field)); }

  /// Position of the only field of that name; nothing when none or several have it.
  std::optional<std::size_t> find(std::string_view name) const;

  friend bool operator==(const Schema&, const Schema&) = default;

 private:
  std::vector<Field> fields_;
};

}  // namespace basalt
