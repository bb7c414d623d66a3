#include "runtime/storage/ColumnBuffer.h"

#include <string>

#include "runtime/ExecutionError.h"

namespace basalt {

ColumnBuffer::Form ColumnBuffer::formOf(Type type) noexcept {
  switch (type.physical()) {
    case PhysicalType::Bool:
    case PhysicalType::Int8:
    case PhysicalType::Int16:
    case PhysicalType::Int32:
    case PhysicalType::Int64:
      return Form::Integer;
    case PhysicalType::Int128:
    case PhysicalType::Interval:
      return Form::Wide;
    case PhysicalType::Float:
    case PhysicalType::Double:
      return Form::Floating;
    case PhysicalType::String:
      return Form::String;
  }
  return Form::Integer;
}

void ColumnBuffer::appendNull() {
  nullRows_.push_back(rows_);
  switch (form_) {
    case Form::Integer:
      return appendInteger(0);
    case Form::Wide:
      return appendWide(0);
    case Form::Floating:
      return appendFloating(0);
    case Form::String:
      return appendString({});
  }
}

void ColumnBuffer::appendString(std::string_view text) {
  if (text.size() > kMaxStringBytes) {
    throw ExecutionError(ErrorCode::InvalidArgument, "ColumnBuffer",
                         "a string has at most " + std::to_string(kMaxStringBytes) + " bytes, this one has " +
                             std::to_string(text.size()));
  }
  heap_.insert(heap_.end(), text.begin(), text.end());
  offsets_.push_back(heap_.size());
  ++rows_;
}

void ColumnBuffer::append(const Value& value) {
  if (value.isNull()) {
    return appendNull();
  }
  if (value.type() != type_) {
    throw ExecutionError(ErrorCode::InvalidUsage, "ColumnBuffer",
                         "expected a value of type " + toString(type_) + ", got one of type " + toString(value.type()));
  }
  if (type_.id == TypeId::Boolean) {
    return appendInteger(value.asBool() ? 1 : 0);
  }
  if (type_.id == TypeId::Interval) {
    return appendInterval(value.asInterval());
  }
  switch (form_) {
    case Form::Integer: {
      const Int128 number = value.asInt128();
      const Int128 bound = Int128{1} << (byteSize(type_.physical()) * 8 - 1);
      if (number < -bound || number >= bound) {
        throw ExecutionError(ErrorCode::InvalidUsage, "ColumnBuffer",
                             "value out of range for " + toString(type_) + ": " + value.toString());
      }
      return appendInteger(static_cast<std::int64_t>(number));
    }
    case Form::Wide:
      return appendWide(value.asInt128());
    case Form::Floating:
      return appendFloating(value.asDouble());
    case Form::String:
      return appendString(value.asString());
  }
}

void ColumnBuffer::clear() noexcept {
  rows_ = 0;
  nullRows_.clear();
  integers_.clear();
  wides_.clear();
  floats_.clear();
  offsets_.assign(form_ == Form::String ? 1 : 0, 0);
  heap_.clear();
}

ChunkBuffer::ChunkBuffer(const Schema& schema) {
  columns_.reserve(schema.size());
  for (const Field& field : schema) {
    columns_.emplace_back(field.type);
  }
}

void ChunkBuffer::appendRow(std::span<const Value> row) {
  if (row.size() != columns_.size()) {
    throw ExecutionError(
        ErrorCode::InvalidUsage, "ChunkBuffer",
        "expected a row of " + std::to_string(columns_.size()) + " values, got " + std::to_string(row.size()));
  }
  for (std::size_t column = 0; column < row.size(); ++column) {
    columns_[column].append(row[column]);
  }
}

void ChunkBuffer::clear() noexcept {
  for (ColumnBuffer& column : columns_) {
    column.clear();
  }
}

}  // namespace basalt
