#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "operators/pipeline/Pipeline.h"

namespace basalt {

/// Writes the bytes that stand for everything the generated code of a pipeline depends on: shapes, types, encodings,
/// layouts, kernels, and which parameter and error site belongs where; but no value of a literal, no name and no
/// operator number.
class SignatureWriter {
 public:
  explicit SignatureWriter(const Pipeline& pipeline) : pipeline_(pipeline) {}

  /// The signature of the whole pipeline, whose literals and sites must be numbered.
  std::string write();

 private:
  template <std::integral T>
  void number(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(T));  // NOLINT
  }
  template <typename T>
    requires std::is_enum_v<T>
  void number(T value) {
    number(static_cast<std::uint32_t>(value));
  }
  void text(std::string_view text);
  void numbers(const std::vector<std::uint32_t>& values);
  void schema(const Schema& schema);
  void expression(const Expression& expression);
  void optionalExpression(const ExpressionPointer& expression);
  void expressions(const std::vector<ExpressionPointer>& expressions);
  void layout(const RowLayout& layout);
  void sortedRows(const SortedRowsSpec& rows);
  void source();
  void step(const Pipeline::Step& step);

  const Pipeline& pipeline_;
  std::string bytes_;
};

}  // namespace basalt
