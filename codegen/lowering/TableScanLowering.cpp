#include "codegen/lowering/TableScanLowering.h"

#include <algorithm>
#include <utility>

#include "codegen/Bindings.h"
#include "codegen/lowering/RowAccess.h"
#include "operators/expression/TypeMapping.h"

namespace basalt::codegen {

TableScanLowering::TableScanLowering(PipelineBuilder& builder, const OperatorSpec& spec)
    : SourceLowering(builder, spec),
      spec_(static_cast<const ScanSpec&>(spec)),
      expressions_(builder, label()),
      blockFilter_(builder, label(), *this) {}

KernelType TableScanLowering::type(std::size_t column) const { return kernelTypeOf(spec_.readSchema[column].type); }

void TableScanLowering::setup() {
  if (spec_.filter) {
    p.addCounter(countIndex());
    conjuncts_ = blockFilter_.take(spec_);
  }
  if (conjuncts_.empty()) {
    std::size_t countIndex = this->countIndex();
    for (const Dismissal& dismissal :
         dismissalsOfNext(outputForms(), [this](const Row& row) { return row.select(spec_.outputColumns); })) {
      blockFilter_.add(dismissal.mayMatter, dismissal.passesScreen);
      dismissedCounts_.push_back(std::exchange(countIndex, dismissal.countIndex));
    }
  }
  if (!blockFilter_.isEmpty()) {
    blockFilter_.setup();
  }
  // values = columns[i].values; ...
  Val<const ColumnSlice*> columns = bind::Morsel(p.morsel()).columns(p);
  for (std::size_t index = 0; index < spec_.readColumns.size(); ++index) {
    bind::ColumnSlice slice(p.element(columns, index, named(spec_.readSchema[index].name)));
    Slice addresses{slice.values(p), std::nullopt, std::nullopt, std::nullopt, nullptr};
    const ColumnEncoding stored = encoding(index);
    if (mayBeNull(index)) {
      addresses.validity = slice.validity(p);
    }
    if (stored.kind == ColumnEncoding::Kind::Dictionary) {
      addresses.dictionary = slice.dictionary(p);
    } else if (stored.kind == ColumnEncoding::Kind::Offsets) {
      addresses.heap = slice.heap(p);
    } else if (stored.hasBase()) {
      addresses.base = p.ir().CreateTrunc(slice.base(p).value(), p.ir().getIntNTy(8 * stored.basedWidth));
    }
    slices_.push_back(addresses);
  }
  const bool hasMask = blockFilter_.isEmpty() || blockFilter_.mask();
  takesBlocks_ = conjuncts_.empty() && hasMask && next()->takesBlocks(guessedForms());
}

bool TableScanLowering::canTestInBlocks(const Expression& condition) const {
  bool result = isCheap(condition) && condition.kind == Expression::Kind::Call;
  visitExpressions(condition, [&](const Expression& part) {
    if (part.kind == Expression::Kind::Column) {
      result = result && isVectorizable(part.column);
    }
  });
  return result;
}

bool TableScanLowering::isRead(std::size_t column) const {
  if (std::ranges::find(spec_.outputColumns, column) != spec_.outputColumns.end()) return true;
  bool found = false;
  for (const ExpressionPointer& conjunct : conjuncts_) {
    visitExpressions(*conjunct, [&](const Expression& part) {
      found = found || (part.kind == Expression::Kind::Column && part.column == column);
    });
  }
  return found;
}

void TableScanLowering::prefetch(std::size_t column, Val<std::uint64_t> position) {
  p.prefetch(addressOf(column, position, "prefetched"), ValueBuilder::CacheLevel::First);
}

void TableScanLowering::prefetchRows(std::size_t column, Val<std::uint64_t> position, std::uint64_t rows) {
  constexpr std::uint64_t kCacheLine = 64;
  const std::uint64_t rowsPerLine = kCacheLine / encoding(column).width;
  for (std::uint64_t row = 0; row < rows; row += rowsPerLine) {
    p.prefetch(addressOf(column, p.add(position, row), "prefetched"), ValueBuilder::CacheLevel::Second);
  }
}

Val<const std::byte*> TableScanLowering::addressOf(std::size_t column, Val<std::uint64_t> position,
                                                   std::string_view what) {
  return Val<const std::byte*>(p.elementAddress(slices_[column].values.value(), position.value(),
                                                encoding(column).width,
                                                named(spec_.readSchema[column].name) + "." + std::string(what)));
}

bool TableScanLowering::mayBeNull(std::size_t column) const {
  return encoding(column).nullable && spec_.readSchema[column].nullable;
}

bool TableScanLowering::liesInWords(std::size_t column) const {
  const ColumnEncoding::Kind kind = encoding(column).kind;
  return kind == ColumnEncoding::Kind::Plain || kind == ColumnEncoding::Kind::Codes;
}

bool TableScanLowering::isVectorizable(std::size_t column) const {
  return liesInWords(column) && byteSize(type(column)) <= 8 && !mayBeNull(column);
}

VectorColumn TableScanLowering::outputForm(std::size_t column) const {
  if (!liesInWords(column) || mayBeNull(column)) return {};
  return {.form = VectorColumn::Form::Stored, .range = spec_.readRanges[column]};
}

VectorColumns TableScanLowering::outputForms() const {
  VectorColumns columns;
  for (const std::uint32_t column : spec_.outputColumns) {
    columns.push_back(outputForm(column));
  }
  return columns;
}

VectorColumns TableScanLowering::guessedForms() const {
  VectorColumns columns = outputForms();
  for (std::size_t output = 0; output < columns.size(); ++output) {
    VectorColumn& column = columns[output];
    if (column.form == VectorColumn::Form::None) continue;
    const ColumnGuess guess = p.facts().guessOf(spec_.outputColumns[output]);
    column.hasFewValues = guess.hasFewValues;
    if (column.range || guess.width == 0) continue;
    const Int128 bound = Int128{1} << (8 * guess.width - 1);
    column.range = ValueRange{-bound, bound - 1};
    column.isGuess = true;
  }
  return columns;
}

void TableScanLowering::beginBlock(Val<std::uint64_t> begin, Val<std::uint64_t> end) {
  if (!blockFilter_.isEmpty()) {
    blockFilter_.beginBlock(begin, end);
  }
  for (std::size_t test = 0; test < dismissedCounts_.size(); ++test) {
    p.countRows(dismissedCounts_[test], blockFilter_.passed(test));
  }
  const bool prefetches = conjuncts_.empty() && next()->prefetchRounds() != 0;
  if (takesBlocks_) {
    Val<bool> isPassed = passBlock(begin, end);
    if (prefetches) p.ifThen(p.logicalNot(isPassed), [&] { prefetchBlock(begin, end); }, named("notPassed"));
  } else if (prefetches) {
    prefetchBlock(begin, end);
  }
  if (dismisses()) {
    const auto rowAt = [this](Val<std::uint64_t> index) {
      return this->rowAt(blockFilter_.match(index)).select(spec_.outputColumns);
    };
    next()->prefetchBehind({blockFilter_.matches(), rowAt});
  }
}

Val<bool> TableScanLowering::passBlock(Val<std::uint64_t> begin, Val<std::uint64_t> end) {
  RowBlock block{.count = p.subtract(end, Operand(begin), named("blockRows")),
                 .rowAt = [this, begin](Val<std::uint64_t> index) {
                   return rowAt(p.add(begin, Operand(index))).select(spec_.outputColumns);
                 }};
  for (std::size_t column = 0; column < spec_.readColumns.size(); ++column) {
    block.following.push_back({addressOf(column, end, "following"), encoding(column).width});
  }
  if (blockFilter_.isEmpty()) {
    Val<bool> isPassed = next()->consumeBlock(block);
    p.ifThen(isPassed, [&] { p.moveTo(end); }, named("passedBlock"));
    return isPassed;
  }
  // if (matches >= count / 4 and the next step takes them) pass over them
  // In vector code a row that does not match costs as much as one that does.
  Val<std::uint64_t> matches = blockFilter_.matches();
  block.mask = blockFilter_.mask();
  block.matches = {matches, [this](Val<std::uint64_t> index) {
                     return rowAt(blockFilter_.match(index)).select(spec_.outputColumns);
                   }};
  Var<bool> isPassed = p.local(p.constant(false), named("isPassed"));
  p.ifThen(
      p.greaterOrEqual(p.shiftLeft(matches, 2), Operand(block.count)),
      [&] {
        isPassed = next()->consumeBlock(block);
        p.ifThen(
            isPassed.get(),
            [&] {
              p.countRows(countIndex(), matches);
              p.moveTo(end);
            },
            named("passedBlock"));
      },
      named("passBlock"));
  return isPassed.get();
}

void TableScanLowering::prefetchBlock(Val<std::uint64_t> begin, Val<std::uint64_t> end) {
  const auto outputAt = [this](Val<std::uint64_t> position) { return rowAt(position).select(spec_.outputColumns); };
  Val<std::uint64_t> count = blockFilter_.isEmpty() ? p.subtract(end, Operand(begin)) : blockFilter_.matches();
  Val<bool> pays = next()->prefetchPays(outputAt(begin), outputAt(p.subtract(end, 1)), count);
  p.ifThen(
      pays,
      [&] {
        prefetchForNext([&](llvm::function_ref<void(const Row&)> visit) {
          // for each row of the block that passes the filter
          const auto visitAt = [&](Val<std::uint64_t> position) { visit(outputAt(position)); };
          if (blockFilter_.isEmpty()) {
            p.forRange(begin, end, visitAt, named("prefetch"));
          } else {
            blockFilter_.forEachMatch(visitAt);
          }
        });
      },
      named("prefetchBlock"));
}

void TableScanLowering::produce(Val<std::uint64_t> position) {
  if (blockFilter_.isEmpty()) {
    emitRow(position);
  } else {
    // position = next match in the block
    blockFilter_.findMatch([this](Val<std::uint64_t> match) { emitRow(match); });
  }
}

Row TableScanLowering::rowAt(Val<std::uint64_t> position) {
  Row row(p.trail());
  for (std::size_t column = 0; column < spec_.readColumns.size(); ++column) {
    row.add([this, column, position] { return load(column, position); });
  }
  return row;
}

void TableScanLowering::emitRow(Val<std::uint64_t> position) {
  const Row row = rowAt(position);
  // if (filter) { the rest of the pipeline }
  expressions_.ifAllTrue(conjuncts_, row, [&] {
    const Row output = row.select(spec_.outputColumns);
    // Rows that the next step has dismissed are counted with the others, by blocks.
    dismisses() ? next()->consume(output) : emitNext(output);
  });
}

SqlValue TableScanLowering::load(std::size_t column, Val<std::uint64_t> position) {
  std::optional<Val<bool>> isNull;
  if (slices_[column].validity) {
    isNull = p.logicalNot(bind::isValid(p, *slices_[column].validity, position),
                          named(spec_.readSchema[column].name) + ".isNull");
  }
  return {loadValue(column, position, isNull), isNull};
}

KernelValue TableScanLowering::loadValue(std::size_t column, Val<std::uint64_t> position,
                                         const std::optional<Val<bool>>& isNull) {
  const std::string name = named(spec_.readSchema[column].name);
  switch (encoding(column).kind) {
    case ColumnEncoding::Kind::Plain:
      return loadPlain(column, position, name);
    case ColumnEncoding::Kind::Dictionary:
      if (!isNull) {
        return loadDictionary(column, position, name);
      }
      // The dictionary of a column that holds nothing but NULLs is empty, so the code under a NULL must not be
      // followed.
      return chooseValue(
          p, *isNull, type(column), [&] { return KernelValue{type(column), p.zeroOf(formOf(type(column)))}; },
          [&] { return loadDictionary(column, position, name); }, name);
    case ColumnEncoding::Kind::Codes: {
      const ValueForm form = formOf(type(column));
      return {type(column),
              {form, p.ir().CreateTrunc(loadCode(column, position).value(), p.typeOf(form), name), nullptr}};
    }
    case ColumnEncoding::Kind::Offsets:
      // stringAt(values, heap, position)
      return {type(column), bind::stringAt(p, slices_[column].values, *slices_[column].heap, position).raw()};
  }
  p.fail("a column of unknown encoding");
  return {type(column), p.poisonOf(formOf(type(column)))};
}

KernelValue TableScanLowering::loadPlain(std::size_t column, Val<std::uint64_t> position, const std::string& name) {
  const KernelType valueType = type(column);
  const ValueForm form = formOf(valueType);
  if (encoding(column).width != byteSize(valueType)) {
    // Integers in fewer bytes: sign-extended.
    return {valueType, {form, p.ir().CreateSExt(loadNumber(column, position, name), p.typeOf(form), name), nullptr}};
  }
  // values[position]
  llvm::Value* address =
      p.elementAddress(slices_[column].values.value(), position.value(), byteSize(valueType), name + ".address");
  return {valueType, markInvariant(p.loadRaw(form, address, 0, storedAlignment(valueType), name))};
}

KernelValue TableScanLowering::numberAt(std::size_t column, Val<std::uint64_t> position) {
  const KernelType numberType = integerOfWidth(encoding(column).valueWidth()).value();
  return {numberType,
          {formOf(numberType), loadNumber(column, position, named(spec_.readSchema[column].name)), nullptr}};
}

llvm::Value* TableScanLowering::loadNumber(std::size_t column, Val<std::uint64_t> position, const std::string& name) {
  const ColumnEncoding stored = encoding(column);
  const KernelType storedType = integerOfWidth(stored.width).value();
  // values[position]
  llvm::Value* address =
      p.elementAddress(slices_[column].values.value(), position.value(), stored.width, name + ".address");
  llvm::Value* number = markInvariant(p.loadRaw(formOf(storedType), address, 0, stored.width, name + ".narrow")).first;
  if (stored.hasBase()) {
    number = p.ir().CreateAdd(p.ir().CreateSExt(number, slices_[column].base->getType()), slices_[column].base,
                              name + ".fromBase");
  }
  if (stored.unit == 1) return number;
  // * unit, in as few bytes as hold every product: a vector has more of them.
  llvm::IntegerType* const type = p.ir().getIntNTy(8 * stored.valueWidth());
  return p.ir().CreateNSWMul(p.ir().CreateSExt(number, type), llvm::ConstantInt::getSigned(type, stored.unit),
                             name + ".inUnits");
}

Val<std::uint64_t> TableScanLowering::loadCode(std::size_t column, Val<std::uint64_t> position) {
  const std::string name = named(spec_.readSchema[column].name);
  const unsigned width = encoding(column).width;
  llvm::IRBuilder<>& ir = p.ir();
  // zeroExtended(values[position])
  llvm::Value* address = p.elementAddress(slices_[column].values.value(), position.value(), width, name + ".address");
  const RawValue code{ValueForm::Int64,
                      ir.CreateAlignedLoad(ir.getIntNTy(8 * width), address, llvm::Align(width), name + ".code"),
                      nullptr};
  return Val<std::uint64_t>(ir.CreateZExt(markInvariant(code).first, ir.getInt64Ty(), name + ".code"));
}

KernelValue TableScanLowering::loadDictionary(std::size_t column, Val<std::uint64_t> position,
                                              const std::string& name) {
  const KernelType valueType = type(column);
  // dictionary[code]
  llvm::Value* entry = p.elementAddress(slices_[column].dictionary->value(), loadCode(column, position).value(),
                                        byteSize(valueType), name + ".entry");
  return {valueType, markInvariant(p.loadRaw(formOf(valueType), entry, 0, storedAlignment(valueType), name))};
}

}  // namespace basalt::codegen
