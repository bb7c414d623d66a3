#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/storage/ColumnBuffer.h"

namespace basalt {

/// The text files that can be imported.
enum class TextFormat : unsigned char {
  /// `.tbl`: fields separated by '|', which may also follow the last one, then in every line as in the first; no
  /// header,
  /// no quoting. \N is NULL, and so is an empty field of a nullable column that is not a string.
  Bars,
  /// `.csv`, RFC 4180: a header line that names all columns, in any order; fields separated by commas, in double quotes
  /// where needed. An empty field without quotes is NULL.
  Csv,
};

/// Reads the records of one text file, all of it in memory, in parts of a chunk's rows each. Lines end with LF or CRLF;
/// an empty line is a record. Thread-safe. All functions throw ExecutionError(InvalidArgument) at "path:line:column",
/// the column counted in bytes.
class TextRecords {
 public:
  /// `text` and `schema` have to outlive this. Reads the header and finds where the parts begin.
  TextRecords(std::string path, std::string_view text, TextFormat format, const Schema& schema);

  std::size_t partCount() const noexcept { return parts_.size(); }
  std::string_view part(std::size_t index) const noexcept { return parts_[index]; }
  /// Appends the rows of a part.
  void read(std::size_t part, ChunkBuffer& chunk) const;

 private:
  /// One field: its text as the file has it, after removing quotes.
  struct RawField {
    std::string_view text;
    bool quoted = false;
  };

  void findParts(std::string_view records);
  void readHeader(std::string_view& records);
  std::string_view takeRecord(std::string_view& records) const noexcept;
  void readBarsRecord(std::string_view record, ChunkBuffer& chunk) const;
  void readCsvRecord(std::string_view record, ChunkBuffer& chunk, std::string& scratch) const;
  RawField takeCsvField(std::string_view& rest, std::string& scratch) const;
  void requireFieldEnd(std::string_view rest) const;
  void appendField(ColumnBuffer& buffer, std::size_t field, std::string_view text, bool isNull, const char* at) const;
  [[noreturn]] void fail(const char* at, const std::string& message) const;

  std::string path_;
  std::string_view text_;
  TextFormat format_;
  const Schema& schema_;
  /// Whether a bar follows the last field of each record.
  bool barEndsRecord_ = false;
  /// The column of each field.
  std::vector<std::size_t> columns_;
  std::vector<std::string_view> parts_;
};

}  // namespace basalt
