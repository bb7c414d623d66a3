#include "interpreter/expression/ExpressionEvaluator.h"

#include <algorithm>
#include <utility>

namespace basalt::interpreter {

namespace {

/// Of the rows up to the last selected one, at least this part must be selected for a dense loop to pay.
constexpr std::uint32_t kDenseFraction = 3;

/// A vector without ownership; a constant has NULL bytes only when it is NULL.
Vector viewOf(const Vector& vector) {
  if (vector.isConstant()) {
    return Vector::constant(vector.type(), vector.data(), vector.nulls() != nullptr && vector.nulls()[0] != 0);
  }
  return Vector::refer(vector.type(), vector.data(), vector.nulls());
}

}  // namespace

ExpressionEvaluator::ExpressionEvaluator(const WorkerContext& context, std::string label,
                                         std::span<const ExpressionPointer> roots)
    : context_(context),
      label_(std::move(label)),
      program_(context, roots),
      selections_(context.budget),
      capacity_(context.batchRows) {
  selections_.setCapacity(capacity_);
  computed_.reserve(program_.nodeCount());
}

void ExpressionEvaluator::begin(const Batch& batch) {
  beginRows(batch.rowCount);
  batch_ = &batch;
  provider_ = nullptr;
}

void ExpressionEvaluator::begin(ColumnProvider& provider, std::uint32_t rowCount) {
  beginRows(rowCount);
  batch_ = nullptr;
  provider_ = &provider;
}

void ExpressionEvaluator::beginRows(std::uint32_t rowCount) {
  forget(0);
  selections_.popTo(0);
  capacity_ = std::max(capacity_, rowCount);
  selections_.setCapacity(capacity_);
}

const Vector& ExpressionEvaluator::value(std::size_t root, RowSelection& rows) {
  ExpressionNode& node = program_.root(root);
  guard(rows, [&](const RowSelection& some) { return evaluate(node, some); });
  return node.value;
}

RowSelection ExpressionEvaluator::filterUpTo(std::size_t root, RowSelection& rows) {
  ExpressionNode& node = program_.root(root);
  std::uint32_t* const target = selections_.push();
  RowSelection result{target, 0};
  guard(rows, [&](const RowSelection& some) { return filterNode(node, some, target, result); });
  return rows.count == 0 ? RowSelection{target, 0} : result;
}

template <typename Attempt>
void ExpressionEvaluator::guard(RowSelection& rows, const Attempt& attempt) {
  if (rows.count == 0) return;
  const std::size_t mark = computed_.size();
  const std::size_t depth = selections_.depth();
  const auto unwind = [&] {
    forget(mark);
    selections_.popTo(depth);
  };
  if (attempt(rows)) {
    selections_.popTo(depth);
    return;
  }
  unwind();
  // Which row fails first, and in it which expression, only evaluation row by row tells.
  std::uint32_t index = 0;
  for (; index < rows.count; ++index) {
    const std::uint32_t position = rows.position(index);
    const bool succeeded = attempt(RowSelection{&position, 1});
    unwind();
    if (!succeeded) break;
  }
  // When no row fails by itself, memory ran out on the way: then none can be passed on.
  rows.count = index == rows.count ? 0 : index;
  pending_ = failure_;
  if (rows.count == 0) return;
  if (!attempt(rows)) {
    unwind();
    rows.count = 0;
  }
  selections_.popTo(depth);
}

void ExpressionEvaluator::throwPending() {
  if (hasPending()) throw takePending();
}

RowError ExpressionEvaluator::takePending() {
  const Failure failure = std::exchange(pending_, {});
  return {failure.code, failure.site, label_, failure.text};
}

void ExpressionEvaluator::keep(ErrorCode code, std::uint32_t site, std::string text) {
  pending_ = {code, site, std::move(text)};
}

void ExpressionEvaluator::forget(std::size_t mark) noexcept {
  for (std::size_t i = mark; i < computed_.size(); ++i) computed_[i]->isValid = false;
  computed_.resize(mark);
}

bool ExpressionEvaluator::evaluate(ExpressionNode& node, const RowSelection& rows) {
  if (node.isValid) return true;
  bool succeeded = true;
  switch (node.expression->kind) {
    case Expression::Kind::Column:
      node.value = provider_ != nullptr ? viewOf(provider_->column(node.expression->column, rows))
                                        : viewOf(batch_->columns[node.expression->column]);
      break;
    case Expression::Kind::Literal:
    case Expression::Kind::Prepared:
      break;
    case Expression::Kind::Call:
      succeeded = evaluateCall(node, rows);
      break;
    case Expression::Kind::And:
    case Expression::Kind::Or:
      succeeded = evaluateLogic(node, rows);
      break;
    case Expression::Kind::IsNull:
      succeeded = evaluateIsNull(node, rows);
      break;
    case Expression::Kind::Case:
      succeeded = evaluateCase(node, rows);
      break;
  }
  if (!succeeded) return false;
  node.isValid = true;
  computed_.push_back(&node);
  return true;
}

void ExpressionEvaluator::ensureStorage(ExpressionNode& node) {
  if (node.capacity >= capacity_) return;
  node.storage = Vector();
  node.storage = Vector::allocate(node.type(), capacity_, context_.budget);
  node.capacity = capacity_;
}

bool ExpressionEvaluator::evaluateCall(ExpressionNode& node, const RowSelection& rows) {
  for (ExpressionNode* argument : node.arguments) {
    if (!evaluate(*argument, rows)) return false;
  }
  bool isConstant = true;
  std::uint32_t nullableArguments = 0;
  const std::uint8_t* nulls = nullptr;
  for (std::size_t i = 0; i < node.arguments.size(); ++i) {
    const Vector& argument = node.arguments[i]->value;
    node.argumentValues[i] = argument;
    if (argument.nulls() != nullptr) {
      if (argument.isConstant()) {
        node.value = Vector::constant(node.type(), node.bytes.data(), true);
        return true;
      }
      nulls = argument.nulls();
      ++nullableArguments;
    }
    isConstant = isConstant && argument.isConstant();
  }
  ensureStorage(node);
  const bool isTried = node.expression->nullOnError;
  if (isConstant) {
    if (isTried) node.storage.mutableNulls()[0] = 0;
    if (!runKernel(node, RowSelection{nullptr, 1}, nullptr)) return false;
    node.value = Vector::constant(node.type(), node.storage.data(), isTried && node.storage.nulls()[0] != 0);
    return true;
  }
  if (nullableArguments > 1 || isTried) {
    std::uint8_t* const united = unitedNulls(node, rows);
    if (nullableArguments != 0) nulls = united;
  }
  if (!runKernel(node, rows, nulls)) return false;
  node.value = Vector::refer(node.type(), node.storage.data(), isTried ? node.storage.nulls() : nulls);
  return true;
}

std::uint8_t* ExpressionEvaluator::unitedNulls(ExpressionNode& node, const RowSelection& rows) {
  std::uint8_t* const united = node.storage.mutableNulls();
  const std::uint32_t extent = rows.extent();
  bool isFirst = true;
  for (const Vector& argument : node.argumentValues) {
    const std::uint8_t* const nulls = argument.nulls();
    if (nulls == nullptr) continue;
    if (isFirst) {
      std::copy_n(nulls, extent, united);
    } else {
      for (std::uint32_t i = 0; i < extent; ++i) united[i] = static_cast<std::uint8_t>(united[i] | nulls[i]);
    }
    isFirst = false;
  }
  if (isFirst) std::fill_n(united, extent, std::uint8_t{0});
  return united;
}

bool ExpressionEvaluator::runKernel(ExpressionNode& node, const RowSelection& rows, const std::uint8_t* nulls) {
  ErrorCode error = ErrorCode::None;
  KernelLoopCall call{.arguments = node.argumentValues,
                      .output = node.storage.mutableData(),
                      .nulls = nulls,
                      .selection = rows.positions,
                      .rowCount = rows.count,
                      .error = &error,
                      .errorRow = nullptr,
                      .failures = node.expression->nullOnError ? node.storage.mutableNulls() : nullptr,
                      .arena = context_.state.arena};
  if (rows.positions != nullptr && node.runsDense && (!node.mayFail || nulls == nullptr)) {
    const std::uint32_t extent = rows.extent();
    if (rows.count >= extent / kDenseFraction) {
      call.selection = nullptr;
      call.rowCount = extent;
      node.loop(call);
      if (error == ErrorCode::None) return true;
      // Most likely a row that is not selected, and more of its kind will come.
      node.runsDense = false;
      error = ErrorCode::None;
      call.selection = rows.positions;
      call.rowCount = rows.count;
    }
  }
  node.loop(call);
  if (error == ErrorCode::None) return true;
  failure_ = {error, node.site, node.expression->text};
  return false;
}

}  // namespace basalt::interpreter
