#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/expression/Binder.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/TypeConversion.h"
#include "operators/spec/AggregateBinding.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/OperatorBinders.h"
#include "operators/spec/SortedRowsBuilder.h"
#include "operators/spec/WindowFrameBinder.h"
#include "operators/spec/WindowSpec.h"

namespace basalt {
namespace {

using Kind = WindowFunctionSpec::Kind;

/// What a function other than an aggregate takes.
struct Signature {
  std::string_view name;
  Kind kind;
  std::size_t fewestArguments;
  std::size_t mostArguments;
  bool takesFrame;
  bool mayIgnoreNulls;
};
constexpr std::array<Signature, 11> kSignatures = {{
    {"row_number", Kind::RowNumber, 0, 0, false, false},
    {"rank", Kind::Rank, 0, 0, false, false},
    {"dense_rank", Kind::DenseRank, 0, 0, false, false},
    {"percent_rank", Kind::PercentRank, 0, 0, false, false},
    {"cume_dist", Kind::CumeDist, 0, 0, false, false},
    {"ntile", Kind::Ntile, 1, 1, false, false},
    {"lag", Kind::Lag, 1, 3, false, true},
    {"lead", Kind::Lead, 1, 3, false, true},
    {"first_value", Kind::FirstValue, 1, 1, true, true},
    {"last_value", Kind::LastValue, 1, 1, true, true},
    {"nth_value", Kind::NthValue, 2, 2, true, true},
}};

std::string literalText(const Expression& expression, const std::string& path) {
  if (!isLiteral(expression) || expression.literal.isNull() || !expression.type.isString()) {
    failPlan(path, "expected a constant text: " + expression.text);
  }
  return expression.literal.asString();
}

class WindowBinder {
 public:
  WindowBinder(SpecPointer input, std::string path) : path_(std::move(path)), rows_(*input) {
    spec_->path = path_;
    spec_->children = {std::move(input)};
  }

  SpecPointer bind(const WindowNode& node);

 private:
  const Schema& input() const { return spec_->children[0]->output; }
  void bindKeys(const WindowNode& node);
  /// The expression, over the functions' raw columns, that yields what `call` asks for.
  Expr bindCall(const WindowCall& call, const std::string& path);
  Expr bindAggregate(const WindowCall& call, const std::string& path);
  Expr bindFunction(const Signature& signature, const WindowCall& call, const std::string& path);
  std::vector<ExpressionPointer> bindArguments(const WindowCall& call, std::size_t fewest, std::size_t most,
                                               const std::string& path) const;
  WindowOperand bindOperand(const ExpressionPointer& value, bool mustBePositive, const std::string& path);
  /// The raw column of one function; added unless it is there.
  Expr addFunction(WindowFunctionSpec function, Type type, bool nullable);
  SpecPointer finish(const std::vector<NamedExpr>& wanted);

  std::string path_;
  std::shared_ptr<WindowSpec> spec_ = std::make_shared<WindowSpec>();
  SortedRowsBuilder rows_;
  std::optional<WindowFrameBinder> frames_;
  /// The functions' results.
  Schema raw_;
};

void WindowBinder::bindKeys(const WindowNode& node) {
  for (std::size_t index = 0; index < node.partitionBy.size(); ++index) {
    const std::string path = fmt::format("{}.partitionBy[{}]", path_, index);
    rows_.addKey(bindExpression(node.partitionBy[index], input(), path), false, false);
  }
  spec_->partitionKeys = node.partitionBy.size();
  for (std::size_t index = 0; index < node.orderBy.size(); ++index) {
    const SortKey& key = node.orderBy[index];
    const std::string path = fmt::format("{}.orderBy[{}].expression", path_, index);
    rows_.addKey(bindExpression(key.expression, input(), path), key.descending,
                 key.nullsFirst.value_or(key.descending));
  }
  frames_.emplace(node.orderBy, input(), rows_);
}

Expr WindowBinder::addFunction(WindowFunctionSpec function, Type type, bool nullable) {
  std::string column = "$" + function.text;
  if (!raw_.find(column)) {
    raw_.append({column, type, nullable});
    spec_->functions.push_back(std::move(function));
  }
  return col(std::move(column));
}

std::vector<ExpressionPointer> WindowBinder::bindArguments(const WindowCall& call, std::size_t fewest, std::size_t most,
                                                           const std::string& path) const {
  if (call.arguments.size() < fewest || call.arguments.size() > most) {
    failPlan(path + ".arguments",
             fmt::format("{} takes {} argument{} but was given {}", call.function,
                         fewest == most ? fmt::format("{}", fewest) : fmt::format("{} to {}", fewest, most),
                         most == 1 ? "" : "s", call.arguments.size()));
  }
  std::vector<ExpressionPointer> arguments;
  for (std::size_t index = 0; index < call.arguments.size(); ++index) {
    arguments.push_back(bindExpression(call.arguments[index], input(), fmt::format("{}.arguments[{}]", path, index)));
  }
  return arguments;
}

WindowOperand WindowBinder::bindOperand(const ExpressionPointer& value, bool mustBePositive, const std::string& path) {
  if (!value->type.isInteger() && !isNullLiteral(*value)) {
    failPlan(path, fmt::format("expected an integer, not {}: {}", toString(value->type), value->text));
  }
  const ExpressionPointer number = castExpression(value, Type::bigInt(), path);
  WindowOperand operand;
  if (!isLiteral(*number) || number->literal.isNull()) {
    operand.column = rows_.store(number);
    return operand;
  }
  operand.constant = static_cast<std::int64_t>(number->literal.asInt128());
  if (mustBePositive && operand.constant < 1)
    failPlan(path, fmt::format("expected at least 1, not {}", operand.constant));
  return operand;
}

Expr WindowBinder::bindFunction(const Signature& signature, const WindowCall& call, const std::string& path) {
  if (call.filter) failPlan(path + ".filter", fmt::format("only aggregates take a filter, not {}", call.function));
  if (call.ignoreNulls && !signature.mayIgnoreNulls) {
    failPlan(path + ".ignoreNulls", fmt::format("{} has no values that could be NULL to ignore", call.function));
  }
  std::vector<ExpressionPointer> arguments =
      bindArguments(call, signature.fewestArguments, signature.mostArguments, path);
  WindowFunctionSpec function;
  function.kind = signature.kind;
  function.ignoreNulls = call.ignoreNulls;
  Type type = Type::bigInt();
  bool nullable = false;
  switch (signature.kind) {
    case Kind::PercentRank:
    case Kind::CumeDist:
      type = Type::doublePrecision();
      break;
    case Kind::Ntile:
      function.operand = bindOperand(arguments[0], true, path + ".arguments[0]");
      nullable = arguments[0]->nullable;
      break;
    case Kind::NthValue:
      function.operand = bindOperand(arguments[1], true, path + ".arguments[1]");
      break;
    case Kind::Lag:
    case Kind::Lead:
      if (arguments.size() > 1) function.operand = bindOperand(arguments[1], false, path + ".arguments[1]");
      if (arguments.size() > 2) {
        std::vector<ExpressionPointer> values{arguments[0], arguments[2]};
        unifyTypes(values, path + ".arguments");
        arguments[0] = values[0];
        function.defaultValue = rows_.store(values[1]);
      }
      break;
    default:
      break;
  }
  const bool yieldsArgument = signature.takesFrame || signature.kind == Kind::Lag || signature.kind == Kind::Lead;
  if (yieldsArgument) {
    function.argument = rows_.store(arguments[0]);
    type = arguments[0]->type;
    nullable = true;
  }
  std::vector<std::string> texts;
  for (const ExpressionPointer& argument : arguments) texts.push_back(argument->text);
  function.text =
      fmt::format("{}({}){}", call.function, fmt::join(texts, ", "), call.ignoreNulls ? " ignore nulls" : "");
  WindowFrameBinder::checkOrder(call.frame, path + ".frame");
  if (signature.takesFrame) {
    function.frame = frames_->bind(call.frame, path + ".frame");
    function.text += WindowFrameBinder::text(call.frame);
  }
  return addFunction(std::move(function), type, nullable);
}

Expr WindowBinder::bindAggregate(const WindowCall& call, const std::string& path) {
  if (call.ignoreNulls) {
    failPlan(path + ".ignoreNulls", fmt::format("aggregates ignore NULLs by themselves: {}", call.function));
  }
  // Whether there are too few is for the catalog to say.
  const std::vector<ExpressionPointer> arguments = bindArguments(call, 0, call.function == "string_agg" ? 2 : 1, path);
  ExpressionPointer argument = arguments.empty() ? nullptr : arguments[0];
  std::string separator = AggregateCall().separator;
  if (arguments.size() == 2) separator = literalText(*arguments[1], path + ".arguments[1]");
  if (call.filter) {
    argument = filterArgument(argument, bindCondition(*call.filter, input(), path + ".filter"));
  }
  WindowFrameBinder::checkOrder(call.frame, path + ".frame");
  return composeAggregate(call.function, argument, separator, path + ".arguments",
                          [&](const std::string& name, const ExpressionPointer& of) {
                            ExpressionPointer taken = of;
                            WindowFunctionSpec function;
                            function.kind = Kind::Aggregate;
                            function.aggregate = &chooseAggregate(name, taken, path + ".function", path + ".arguments");
                            if (taken) function.argument = rows_.store(taken);
                            function.frame = frames_->bind(call.frame, path + ".frame");
                            const std::string_view shown = name == "count_star" ? "count" : std::string_view(name);
                            function.text = fmt::format("{}({}){}", shown, taken ? taken->text : "*",
                                                        WindowFrameBinder::text(call.frame));
                            const Type type = aggregateType(*function.aggregate, taken);
                            return addFunction(std::move(function), type, !isCount(*function.aggregate));
                          });
}

Expr WindowBinder::bindCall(const WindowCall& call, const std::string& path) {
  const auto* const signature = std::ranges::find(kSignatures, call.function, &Signature::name);
  return signature == kSignatures.end() ? bindAggregate(call, path) : bindFunction(*signature, call, path);
}

SpecPointer WindowBinder::finish(const std::vector<NamedExpr>& wanted) {
  std::vector<RowLayout::ColumnType> results;
  for (const Field& field : raw_) results.push_back({field.type.physical(), field.nullable});
  spec_->rows = rows_.build(results);
  spec_->output = input();
  const bool onlyNames =
      wanted.size() == raw_.size() && std::ranges::equal(wanted, raw_, [](const NamedExpr& want, const Field& have) {
        return want.expression.kind() == Expr::Kind::Column && want.expression.name() == have.name;
      });
  for (std::size_t index = 0; index < raw_.size(); ++index) {
    Field field = raw_[index];
    if (onlyNames) field.name = wanted[index].name;
    spec_->output.append(std::move(field));
  }
  if (onlyNames) return spec_;

  auto projection = std::make_shared<ProjectionSpec>();
  std::vector<std::uint32_t> columnOfRaw;
  const auto passed = static_cast<std::uint32_t>(input().size());
  for (std::uint32_t column = 0; column < passed; ++column) {
    projection->expressions.push_back(makeColumnReference(spec_->output, column));
    projection->output.append(input()[column]);
  }
  for (std::uint32_t index = 0; index < raw_.size(); ++index) columnOfRaw.push_back(passed + index);
  for (const NamedExpr& want : wanted) {
    const ExpressionPointer expression = remapColumns(bindExpression(want.expression, raw_, path_), columnOfRaw);
    projection->expressions.push_back(expression);
    projection->output.append({want.name, expression->type, expression->nullable});
  }
  projection->path = path_;
  projection->children = {spec_};
  return projection;
}

SpecPointer WindowBinder::bind(const WindowNode& node) {
  if (node.functions.empty()) failPlan(path_ + ".functions", "expected at least one function");
  bindKeys(node);
  std::vector<NamedExpr> wanted;
  for (std::size_t index = 0; index < node.functions.size(); ++index) {
    const WindowCall& call = node.functions[index];
    wanted.push_back({call.name, bindCall(call, fmt::format("{}.functions[{}]", path_, index))});
  }
  return finish(wanted);
}

}  // namespace

SpecPointer bindWindow(const WindowNode& window, SpecPointer input, const std::string& path) {
  return WindowBinder(std::move(input), path).bind(window);
}

}  // namespace basalt
