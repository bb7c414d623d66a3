#include "runtime/storage/TextRecords.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "runtime/ExecutionError.h"
#include "runtime/storage/Identifier.h"
#include "runtime/storage/TableBuilder.h"
#include "runtime/storage/TextValue.h"

namespace basalt {

namespace {

/// Longest piece of a bad field that an error shows.
constexpr std::size_t kShownBytes = 60;

/// Length of the first record, with its line end. A line end within quotes does not count.
std::size_t recordBytes(std::string_view records, TextFormat format) noexcept {
  std::size_t at = 0;
  std::ptrdiff_t quotes = 0;
  while (at < records.size()) {
    const void* found = std::memchr(records.data() + at, '\n', records.size() - at);
    if (found == nullptr) {
      break;
    }
    const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - records.data()) + 1;
    if (format == TextFormat::Bars) {
      return end;
    }
    // Doubled quotes come in pairs, so outside quotes their number is even.
    quotes += std::count(records.data() + at, records.data() + end, '"');
    if (quotes % 2 == 0) {
      return end;
    }
    at = end;
  }
  return records.size();
}

}  // namespace

TextRecords::TextRecords(std::string path, std::string_view text, TextFormat format, const Schema& schema)
    : path_(std::move(path)), text_(text), format_(format), schema_(schema), columns_(schema.size()) {
  std::iota(columns_.begin(), columns_.end(), std::size_t{0});
  std::string_view records = text_;
  if (format_ == TextFormat::Csv) {
    readHeader(records);
  } else {
    const auto first = records.substr(0, recordBytes(records, format_));
    barEndsRecord_ = std::ranges::count(first, '|') >= static_cast<std::ptrdiff_t>(schema_.size());
  }
  findParts(records);
}

void TextRecords::findParts(std::string_view records) {
  while (!records.empty()) {
    std::size_t bytes = 0;
    for (std::uint32_t row = 0; row < TableBuilder::kChunkRows && bytes < records.size(); ++row) {
      bytes += recordBytes(records.substr(bytes), format_);
    }
    parts_.push_back(records.substr(0, bytes));
    records.remove_prefix(bytes);
  }
}

std::string_view TextRecords::takeRecord(std::string_view& records) const noexcept {
  const std::size_t bytes = recordBytes(records, format_);
  std::string_view record = records.substr(0, bytes);
  records.remove_prefix(bytes);
  if (record.ends_with('\n')) {
    record.remove_suffix(1);
    record.remove_suffix(record.ends_with('\r') ? 1 : 0);
  }
  return record;
}

void TextRecords::readHeader(std::string_view& records) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  records.remove_prefix(records.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
  const char* start = records.data() != nullptr ? records.data() : text_.data();
  if (records.empty()) {
    fail(start, "expected a header line with the names of the columns");
  }
  std::string_view header = takeRecord(records);
  std::vector<bool> seen(schema_.size(), false);
  columns_.clear();
  std::string scratch;
  while (true) {
    const char* at = header.data();
    const RawField field = takeCsvField(header, scratch);
    const auto column = std::ranges::find_if(
        schema_, [&](const Field& candidate) { return isSameIdentifier(candidate.name, field.text); });
    const auto index = static_cast<std::size_t>(column - schema_.begin());
    if (index == schema_.size() || seen[index]) {
      fail(at, "expected in the header each column of the table once, found '" + std::string(field.text) + "'");
    }
    seen[index] = true;
    columns_.push_back(index);
    if (header.empty()) {
      break;
    }
    header.remove_prefix(1);
  }
  const auto missing = std::ranges::find(seen, false);
  if (missing != seen.end()) {
    fail(start, "expected in the header each column of the table once, found no " +
                    schema_[static_cast<std::size_t>(missing - seen.begin())].name);
  }
}

void TextRecords::read(std::size_t part, ChunkBuffer& chunk) const {
  std::string_view records = parts_[part];
  std::string scratch;
  while (!records.empty()) {
    const std::string_view record = takeRecord(records);
    if (format_ == TextFormat::Bars) {
      readBarsRecord(record, chunk);
    } else {
      readCsvRecord(record, chunk, scratch);
    }
  }
}

void TextRecords::readBarsRecord(std::string_view record, ChunkBuffer& chunk) const {
  const char* at = record.data();
  const char* const end = at + record.size();
  for (std::size_t field = 0; field < columns_.size(); ++field) {
    if (field != 0) {
      if (at == end) {
        fail(at, "expected " + std::to_string(columns_.size()) + " fields, found " + std::to_string(field));
      }
      ++at;
    }
    const char* const begin = at;
    while (at != end && *at != '|') {
      ++at;
    }
    const std::string_view text(begin, static_cast<std::size_t>(at - begin));
    ColumnBuffer& buffer = chunk.column(field);
    const bool isNull = text == "\\N" || (text.empty() && schema_[field].nullable && !buffer.type().isString());
    appendField(buffer, field, text, isNull, begin);
  }
  if (barEndsRecord_ && at == end) {
    // Without the bar it would be open whether the last field is empty or missing.
    fail(at, "expected " + std::to_string(columns_.size()) + " fields, each with a '|' behind it as in the first line");
  }
  if (at != end && (!barEndsRecord_ || at + 1 != end)) {
    fail(at, "expected " + std::to_string(columns_.size()) + " fields, found more");
  }
}

void TextRecords::readCsvRecord(std::string_view record, ChunkBuffer& chunk, std::string& scratch) const {
  for (std::size_t field = 0; field < columns_.size(); ++field) {
    if (field != 0) {
      if (record.empty()) {
        fail(record.data(), "expected " + std::to_string(columns_.size()) + " fields, found " + std::to_string(field));
      }
      record.remove_prefix(1);
    }
    const char* const at = record.data();
    const RawField raw = takeCsvField(record, scratch);
    appendField(chunk.column(columns_[field]), field, raw.text, raw.text.empty() && !raw.quoted, at);
  }
  if (!record.empty()) {
    fail(record.data(), "expected " + std::to_string(columns_.size()) + " fields, found more");
  }
}

/// Takes a field off `rest`, up to the comma behind it.
TextRecords::RawField TextRecords::takeCsvField(std::string_view& rest, std::string& scratch) const {
  if (!rest.starts_with('"')) {
    const std::string_view text = rest.substr(0, rest.find(','));
    if (const std::size_t quote = text.find('"'); quote != std::string_view::npos) {
      fail(text.data() + quote, "expected quotes around the whole field, and doubled within it");
    }
    rest.remove_prefix(text.size());
    return {text, false};
  }
  const std::string_view whole = rest;
  rest.remove_prefix(1);
  scratch.clear();
  while (true) {
    const std::size_t quote = rest.find('"');
    if (quote == std::string_view::npos) {
      fail(whole.data(), "expected a quote at the end of the field that begins here");
    }
    const bool doubled = rest.substr(quote).starts_with("\"\"");
    if (!doubled && scratch.empty()) {
      const std::string_view text = rest.substr(0, quote);
      rest.remove_prefix(quote + 1);
      requireFieldEnd(rest);
      return {text, true};
    }
    scratch.append(rest.substr(0, quote + (doubled ? 1 : 0)));
    rest.remove_prefix(quote + (doubled ? 2 : 1));
    if (!doubled) {
      requireFieldEnd(rest);
      return {scratch, true};
    }
  }
}

void TextRecords::requireFieldEnd(std::string_view rest) const {
  if (!rest.empty() && !rest.starts_with(',')) {
    fail(rest.data(), "expected a comma or the end of the line after a quoted field");
  }
}

void TextRecords::appendField(ColumnBuffer& buffer, std::size_t field, std::string_view text, bool isNull,
                              const char* at) const {
  const Field& column = schema_[columns_[field]];
  if (isNull) {
    if (!column.nullable) {
      fail(at, "column " + column.name + " (field " + std::to_string(field + 1) + "): expected " +
                   toString(column.type) + " NOT NULL, found NULL");
    }
    return buffer.appendNull();
  }
  if (!appendText(buffer, text)) {
    fail(at, "column " + column.name + " (field " + std::to_string(field + 1) + "): expected " + toString(column.type) +
                 ", found '" + std::string(text.substr(0, kShownBytes)) + (text.size() > kShownBytes ? "...'" : "'"));
  }
}

void TextRecords::fail(const char* at, const std::string& message) const {
  const std::string_view before = text_.substr(0, static_cast<std::size_t>(at - text_.data()));
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t lineStart = before.find_last_of('\n') + 1;  // npos wraps to 0
  throw ExecutionError(ErrorCode::InvalidArgument,
                       path_ + ":" + std::to_string(line) + ":" + std::to_string(before.size() - lineStart + 1),
                       message);
}

}  // namespace basalt
