#include "engine/explain/OperatorText.h"

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/explain/QuantityText.h"
#include "operators/spec/WindowSpec.h"

namespace basalt {

namespace {

/// What an operator does: a word, then the text.
using Detail = std::pair<std::string, std::string>;
using Details = std::vector<Detail>;

/// An IN list can have thousands of elements.
std::string shortened(std::string text) {
  constexpr std::size_t kLongest = 600;
  if (text.size() <= kLongest) return text;
  text.resize(kLongest - 3);
  return text + "...";
}

template <typename Elements, typename Print>
std::string list(const Elements& elements, Print print) {
  std::string text;
  for (const auto& element : elements) {
    text += (text.empty() ? "" : ", ") + print(element);
  }
  return shortened(std::move(text));
}

std::string columnsText(const Schema& schema) {
  return list(schema, [](const Field& field) { return field.name; });
}

std::string expressionsText(const std::vector<ExpressionPointer>& expressions) {
  return list(expressions, [](const ExpressionPointer& expression) { return expression->text; });
}

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t position = 0; (position = text.find(from, position)) != std::string::npos; position += to.size()) {
    text.replace(position, from.size(), to);
  }
}

/// An aggregate as plans write it; the binder picks variants that know more of their argument.
std::string aggregateText(const AggregateSpec& aggregate) {
  std::string text = aggregate.text;
  if (text == "count_star") return "count(*)";
  replaceAll(text, "sum_not_null(", "sum(");
  return text;
}

/// What a column stands for whose name the binder made up.
std::optional<std::string> meaningOf(const OperatorSpec& spec, std::size_t column) {
  if (const AggregationSpec* const aggregation = asAggregation(spec)) {
    const std::size_t keys = aggregation->keyCount();
    return column < keys ? aggregation->inputs.front().keys[column]->text
                         : aggregateText(aggregation->aggregates[column - keys]);
  }
  if (spec.kind == OperatorKind::Window) {
    const auto& window = static_cast<const WindowSpec&>(spec);
    const std::size_t passed = window.children[0]->output.size();
    if (column >= passed) return window.functions[column - passed].text;
  }
  return {};
}

/// The text of an expression over the columns of `input`. The columns of aggregations and windows may have names that
/// the binder made up ("$key0"); what they stand for says more.
std::string readableText(const std::string& text, const OperatorSpec& input) {
  if (text.find('$') == std::string::npos) return text;
  std::string result = text;
  for (std::size_t column = 0; column < input.output.size(); ++column) {
    const std::string& name = input.output[column].name;
    if (!name.starts_with('$')) continue;
    const std::optional<std::string> meaning = meaningOf(input, column);
    if (!meaning) continue;
    if (result == name) return *meaning;
    replaceAll(result, "\"" + name + "\"", *meaning);
  }
  return result;
}

/// Expressions with the names of the columns they make, where these say more.
std::string projectionText(const ProjectionSpec& projection) {
  std::string text;
  for (std::size_t index = 0; index < projection.expressions.size(); ++index) {
    const std::string expression = readableText(projection.expressions[index]->text, *projection.children[0]);
    text += (index == 0 ? "" : ", ") + expression;
    if (expression != projection.output[index].name) text += " as " + projection.output[index].name;
  }
  return shortened(std::move(text));
}

std::string aggregatesText(const AggregationSpec& aggregation) {
  std::string text;
  for (std::size_t index = 0; index < aggregation.aggregates.size(); ++index) {
    const std::string& name = aggregation.output[aggregation.keyCount() + index].name;
    const std::string aggregate = aggregateText(aggregation.aggregates[index]);
    text += (index == 0 ? "" : ", ") + aggregate;
    if (!name.starts_with('$') && name != aggregate) text += " as " + name;
  }
  return shortened(std::move(text));
}

/// The names of functions and what they stand for.
std::string functionsText(const WindowSpec& window) {
  std::string text;
  for (std::size_t index = 0; index < window.functions.size(); ++index) {
    const std::string& name = window.output[window.children[0]->output.size() + index].name;
    const std::string& function = window.functions[index].text;
    text += (index == 0 ? "" : ", ") + function;
    if (!name.starts_with('$') && name != function) text += " as " + name;
  }
  return shortened(std::move(text));
}

std::string sortKeysText(const SortedRowsSpec& rows, std::span<const SortKeyLayout::Key> keys) {
  return list(keys, [&](const SortKeyLayout::Key& key) {
    std::string text = rows.stored[key.column]->text;
    if (key.descending) text += " desc";
    if (key.nullable && key.nullsFirst != key.descending) text += key.nullsFirst ? " nulls first" : " nulls last";
    return text;
  });
}

std::string rangesText(const ScanSpec& scan) {
  return list(scan.ranges, [](const auto& range) {
    return fmt::format("[{}, {})", countText(range.first), countText(range.second));
  });
}

std::string limitText(std::uint64_t limit, std::uint64_t offset) {
  return offset == 0 ? countText(limit) : fmt::format("{}, after skipping {}", countText(limit), countText(offset));
}

Details detailsOf(const ScanSpec& scan) {
  Details details{{"columns", columnsText(scan.output)}};
  if (scan.filter) details.emplace_back("filter", shortened(scan.filter->text));
  if (!scan.ranges.empty()) details.emplace_back("rows", rangesText(scan));
  return details;
}

Details detailsOf(const JoinSpec& join) {
  Details details;
  if (join.type != JoinType::Inner) details.emplace_back("type", name(join.type));
  if (join.keyCount() != 0) details.emplace_back("on", shortened(join.keysText()));
  if (join.condition) details.emplace_back("condition", shortened(join.condition->text));
  details.emplace_back("stores", expressionsText(join.stored));
  details.emplace_back("columns", columnsText(join.output));
  return details;
}

Details detailsOf(const AggregationSpec& aggregation) {
  Details details;
  const std::vector<ExpressionPointer>& keys = aggregation.inputs.front().keys;
  if (!keys.empty()) details.emplace_back(aggregation.passesRows ? "deduplicates" : "keys", expressionsText(keys));
  if (!aggregation.aggregates.empty()) details.emplace_back("aggregates", aggregatesText(aggregation));
  return details;
}

Details detailsOf(const ExpandSpec& expand) {
  Details details{{"columns", columnsText(expand.output)}};
  for (const auto& list : expand.projections) details.emplace_back("list", expressionsText(list));
  return details;
}

Details detailsOf(const WindowSpec& window) {
  const auto keys = window.rows.keys.keys();
  Details details{{"functions", functionsText(window)}};
  if (window.partitionKeys != 0) {
    details.emplace_back("partition by", list(keys.first(window.partitionKeys), [&](const SortKeyLayout::Key& key) {
                           return window.rows.stored[key.column]->text;
                         }));
  }
  if (keys.size() > window.partitionKeys) {
    details.emplace_back("order by", sortKeysText(window.rows, keys.subspan(window.partitionKeys)));
  }
  return details;
}

Details detailsOf(const SortedRowsSpec& rows) { return {{"keys", sortKeysText(rows, rows.keys.keys())}}; }

Details detailsOf(const OperatorSpec& spec) {
  switch (spec.kind) {
    case OperatorKind::Scan:
    case OperatorKind::Values:
      return detailsOf(static_cast<const ScanSpec&>(spec));
    case OperatorKind::Selection:
      return {{"predicate", shortened(static_cast<const SelectionSpec&>(spec).predicate->text)}};
    case OperatorKind::Projection:
      return {{"columns", projectionText(static_cast<const ProjectionSpec&>(spec))}};
    case OperatorKind::HashJoin:
    case OperatorKind::NestedLoopJoin:
    case OperatorKind::CrossJoin:
      return detailsOf(static_cast<const JoinSpec&>(spec));
    case OperatorKind::HashAggregation:
    case OperatorKind::SortAggregation:
      return detailsOf(static_cast<const AggregationSpec&>(spec));
    case OperatorKind::Sort:
      return detailsOf(static_cast<const SortSpec&>(spec).rows);
    case OperatorKind::TopN: {
      const auto& topN = static_cast<const TopNSpec&>(spec);
      Details details = detailsOf(topN.rows);
      details.emplace_back("limit", limitText(topN.limit, topN.offset));
      return details;
    }
    case OperatorKind::Limit: {
      const auto& limit = static_cast<const LimitSpec&>(spec);
      return {{"limit", limitText(limit.limit, limit.offset)}};
    }
    case OperatorKind::Expand:
      return detailsOf(static_cast<const ExpandSpec&>(spec));
    case OperatorKind::Repeat:
      return {{"times", shortened(readableText(static_cast<const RepeatSpec&>(spec).count->text, *spec.children[0]))}};
    case OperatorKind::Window:
      return detailsOf(static_cast<const WindowSpec&>(spec));
    case OperatorKind::UnionAll:
      return {{"columns", columnsText(spec.output)}};
  }
  std::unreachable();
}

std::string_view childRole(const OperatorSpec& spec, std::size_t child) {
  switch (spec.kind) {
    case OperatorKind::HashJoin:
    case OperatorKind::NestedLoopJoin:
    case OperatorKind::CrossJoin:
      return child == static_cast<const JoinSpec&>(spec).buildChild() ? "build: " : "probe: ";
    default:
      return "";
  }
}

}  // namespace

std::string operatorTitle(const OperatorSpec& spec) {
  if (spec.kind != OperatorKind::Scan) return spec.label();
  const Table& table = *static_cast<const ScanSpec&>(spec).table;
  return fmt::format("{} {}", spec.label(), table.name());
}

std::string operatorTreeText(const OperatorSpec& root, const std::function<std::string(const OperatorSpec&)>& note) {
  /// An operator yet to be printed: what stands before its first line and before all others.
  struct Pending {
    const OperatorSpec* spec;
    std::string first;
    std::string rest;
  };
  // Beyond a depth that anyone reads, more indentation would only make the text quadratic in the depth.
  constexpr std::size_t kLongestIndent = 400;
  std::string text;
  std::vector<Pending> stack{{&root, "", ""}};
  while (!stack.empty()) {
    const Pending current = std::move(stack.back());
    stack.pop_back();
    const OperatorSpec& spec = *current.spec;
    text += fmt::format("{}{}", current.first, operatorTitle(spec));
    if (const std::string added = note(spec); !added.empty()) text += fmt::format("  ({})", added);
    text += '\n';
    const char* const trunk = spec.children.empty() ? " " : "│";
    for (const auto& [word, what] : detailsOf(spec)) {
      text += fmt::format("{}{}    {}: {}\n", current.rest, trunk, word, what);
    }
    const bool isDeep = current.rest.size() > kLongestIndent;
    for (std::size_t child = spec.children.size(); child-- > 0;) {
      const bool isLast = child + 1 == spec.children.size();
      stack.push_back({spec.children[child].get(),
                       fmt::format("{}{}{}", current.rest, isLast ? "└─ " : "├─ ", childRole(spec, child)),
                       isDeep ? current.rest : current.rest + (isLast ? "   " : "│  ")});
    }
  }
  return text;
}

}  // namespace basalt
