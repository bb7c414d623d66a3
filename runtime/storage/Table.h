#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/storage/ColumnSlice.h"
#include "runtime/types/Int128.h"
#include "runtime/types/Schema.h"
#include "runtime/types/Value.h"

namespace basalt {

/// The smallest and largest value of a column in a chunk, over its non-NULL rows. Absent when there are none or it is
/// unknown.
struct ZoneMap {
  std::optional<Value> minimum;
  std::optional<Value> maximum;
  bool hasNulls = false;

  /// Of the chunks of both: absent is what one of them does not say.
  void unite(const ZoneMap& other);
};

/// Compares values of the same type: negative, zero, positive. Nothing for NULL, and for types that zone maps do not
/// order.
std::optional<int> compareBounds(const Value& left, const Value& right);

/// Between which numbers a chunk's integers lie, in units; nothing where all are NULL.
struct NumberBounds {
  Int128 least;
  Int128 most;
};
std::optional<NumberBounds> numberBounds(const ZoneMap& zone, std::int64_t unit);

/// ColumnSlice::base of a chunk: the middle of its bounds, in units. 0 where the encoding has none or all is NULL.
std::int64_t baseOf(const ColumnEncoding& encoding, const ZoneMap& zone);

/// What codes of a dictionary say of their strings.
enum class DictionaryOrder : std::uint8_t {
  Repeating,  ///< different codes may stand for the same string
  Distinct,   ///< different codes, different strings
  Ascending,  ///< and the order of codes is the order of strings, bytewise
};

/// A table that a scan can read: rows in chunks, each chunk a slice per column. The storage interface: Basalt's own
/// store implements it (ColumnarTable), and so may a host. Thread-safe for reading; immutable while a query holds it:
/// what slices and dictionaries refer to stays where it is, and rows that operators store keep views of its strings.
class Table {
 public:
  virtual ~Table() = default;

  virtual const std::string& name() const noexcept = 0;
  virtual const Schema& schema() const noexcept = 0;
  virtual std::uint64_t rowCount() const noexcept = 0;

  /// One for the whole table.
  virtual ColumnEncoding encoding(std::size_t column) const = 0;
  /// The values of a Dictionary column, in code order; empty for other encodings.
  virtual std::span<const StringView> dictionary(std::size_t column) const = 0;
  /// What holds of these; by default nothing.
  virtual DictionaryOrder dictionaryOrder(std::size_t /*column*/) const { return DictionaryOrder::Repeating; }

  virtual std::size_t chunkCount() const noexcept = 0;
  virtual std::uint64_t chunkRows(std::size_t chunk) const = 0;
  /// The stored bytes; checks them on first use. Throws ExecutionError(CorruptData or InputOutput) naming file and
  /// column.
  virtual ColumnSlice slice(std::size_t chunk, std::size_t column) const = 0;
  /// Must hold: chunks are skipped by it, arithmetic is not checked where it says that nothing can overflow, and arrays
  /// are as large as it says that they have to be.
  virtual const ZoneMap& zoneMap(std::size_t chunk, std::size_t column) const = 0;
  /// Of all chunks together; of none, nothing is said. Each plan that is bound asks for it: a table of many chunks had
  /// better know than unite their zone maps each time, as happens here.
  virtual ZoneMap columnZone(std::size_t column) const;
};

/// Where plans find tables by name.
class Catalog {
 public:
  virtual ~Catalog() = default;
  /// The table of that name (case-insensitive), or null.
  virtual std::shared_ptr<const Table> find(std::string_view name) const = 0;
  /// All names, for error messages and listings.
  virtual std::vector<std::string> tableNames() const = 0;
};

}  // namespace basalt
