#include "interpreter/expression/ExpressionProgram.h"

#include <algorithm>
#include <cstring>

#include "operators/KernelCatalog.h"

namespace basalt::interpreter {

namespace {

template <typename T>
void append(std::string& key, const T& value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof(value));  // NOLINT
}

/// Bytes that are equal for equal literals; told apart by bits, since 0 and -0 are equal but not the same.
void appendLiteral(std::string& key, const Value& literal) {
  append(key, literal.isNull());
  if (literal.isNull()) return;
  if (literal.type().physical() == PhysicalType::String) {
    key += literal.asString();
    return;
  }
  std::array<std::byte, kParameterBytes> bytes{};
  literal.store(bytes.data());
  append(key, bytes);
}

/// Whether a kernel loop has vector instructions for values of this type.
bool isVectorizable(PhysicalType type) noexcept { return byteSize(type) <= sizeof(std::uint64_t); }

}  // namespace

ExpressionProgram::ExpressionProgram(const WorkerContext& context, std::span<const ExpressionPointer> roots)
    : context_(context) {
  for (const ExpressionPointer& root : roots) roots_.push_back(add(*root));
  numbers_.clear();
  known_.clear();
}

ExpressionNode* ExpressionProgram::add(const Expression& expression) {
  std::vector<ExpressionNode*> arguments;
  arguments.reserve(expression.arguments.size());
  for (const ExpressionPointer& argument : expression.arguments) arguments.push_back(add(*argument));

  std::string key;
  append(key, expression.kind);
  append(key, expression.type.id);
  append(key, expression.type.precision);
  append(key, expression.type.scale);
  append(key, expression.nullable);
  append(key, expression.column);
  append(key, expression.kernel);
  append(key, expression.nullOnError);
  append(key, expression.prepared.get());
  append(key, arguments.size());
  for (const ExpressionNode* argument : arguments) append(key, numbers_.at(argument));
  if (expression.kind == Expression::Kind::Literal) appendLiteral(key, expression.literal);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;

  ExpressionNode& node = nodes_.emplace_back();
  node.expression = &expression;
  node.arguments = std::move(arguments);
  if (isParameter(expression)) bindParameter(node);
  if (expression.kind == Expression::Kind::Call) bindKernel(node);
  numbers_.emplace(&node, static_cast<std::uint32_t>(numbers_.size()));
  known_.emplace(std::move(key), &node);
  return &node;
}

void ExpressionProgram::bindParameter(ExpressionNode& node) const {
  const Expression& parameter = *node.expression;
  const bool isNull = parameter.kind == Expression::Kind::Literal && parameter.literal.isNull();
  const auto& indexes = context_.pipeline->literalIndex;
  const auto found = indexes.find(&parameter);
  if (found != indexes.end() && !isNull) {
    std::memcpy(node.bytes.data(), context_.pipelineState->parameters + found->second * kParameterBytes,
                kParameterBytes);
  } else if (!isNull) {
    storeParameter(parameter, node.bytes.data());
  }
  node.value = Vector::constant(node.type(), node.bytes.data(), isNull);
  node.isValid = true;
}

void ExpressionProgram::bindKernel(ExpressionNode& node) const {
  const KernelInfo& kernel = *node.expression->kernel;
  node.loop = kernelLoop(kernel);
  node.mayFail = kernel.mayFail;
  node.argumentValues.resize(node.arguments.size());
  node.runsDense = !kernel.usesArena && !node.expression->nullOnError && !node.arguments.empty() &&
                   node.arguments.size() <= 2 && isVectorizable(node.type()) &&
                   std::ranges::all_of(node.arguments, [](const ExpressionNode* each) {
                     return isVectorizable(each->type()) && each->expression->kind != Expression::Kind::Prepared;
                   });
  const auto& sites = context_.pipeline->siteIndex;
  if (const auto found = sites.find(node.expression); found != sites.end()) node.site = found->second;
}

std::uint64_t ExpressionProgram::resultBytes(std::uint32_t rows) const noexcept {
  std::uint64_t bytes = 0;
  for (const ExpressionNode& node : nodes_) {
    const Expression::Kind kind = node.expression->kind;
    if (kind == Expression::Kind::Column || isParameter(*node.expression) || kind == Expression::Kind::IsNull) continue;
    bytes += std::uint64_t{rows} * (byteSize(node.type()) + (node.expression->nullable ? 1 : 0));
  }
  return bytes;
}

}  // namespace basalt::interpreter
