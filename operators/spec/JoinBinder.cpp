#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "operators/expression/Binder.h"
#include "operators/expression/DictionaryCodes.h"
#include "operators/expression/ExpressionFactory.h"
#include "operators/expression/TypeConversion.h"
#include "operators/spec/ColumnBinding.h"
#include "operators/spec/OperatorBinders.h"
#include "runtime/hashtable/JoinTable.h"

namespace basalt {
namespace {

/// The join type from the point of view of the side that probes.
JoinType mirrored(JoinType type) {
  switch (type) {
    case JoinType::Left:
      return JoinType::Right;
    case JoinType::Right:
      return JoinType::Left;
    case JoinType::LeftSemi:
      return JoinType::RightSemi;
    case JoinType::RightSemi:
      return JoinType::LeftSemi;
    case JoinType::LeftAnti:
      return JoinType::RightAnti;
    case JoinType::RightAnti:
      return JoinType::LeftAnti;
    case JoinType::Inner:
    case JoinType::Full:
    case JoinType::Mark:
    case JoinType::Single:
      break;
  }
  return type;
}

class JoinBinder {
 public:
  JoinBinder(OperatorKind kind, const JoinContent& join, std::vector<SpecPointer> inputs, std::string path)
      : join_(join), path_(std::move(path)), spec_(std::make_shared<JoinSpec>(kind)) {
    spec_->path = path_;
    spec_->type = join.type;
    spec_->children = std::move(inputs);
  }

  SpecPointer bind(const std::vector<JoinKey>& keys) {
    chooseBuildSide();
    describeOutput();
    const Schema pairs = pairSchema();
    if (join_.condition) spec_->condition = bindCondition(*join_.condition, pairs, path_ + ".condition");
    bindKeys(keys);
    if (spec_->type == JoinType::Mark) compareNullableKeysByCondition();
    if (spec_->condition) spec_->condition = remapColumns(spec_->condition, probeFirst());
    bindOutput();
    placeBuildColumns();
    return spec_;
  }

 private:
  const Schema& left() const { return spec_->children[0]->output; }
  const Schema& right() const { return spec_->children[1]->output; }

  void chooseBuildSide() {
    const bool needsRight = spec_->type == JoinType::Mark || spec_->type == JoinType::Single;
    if (needsRight && join_.build == JoinSide::Left) {
      failPlan(path_ + ".build", fmt::format("a {} join builds its right side", name(spec_->type)));
    }
    const bool leftIsSmaller = spec_->children[0]->estimatedRows < spec_->children[1]->estimatedRows;
    spec_->buildSide =
        needsRight ? JoinSide::Right : join_.build.value_or(leftIsSmaller ? JoinSide::Left : JoinSide::Right);
  }

  void describeOutput() {
    JoinSpec& spec = *spec_;
    using ProbeOutput = JoinSpec::ProbeOutput;
    using BuildOutput = JoinSpec::BuildOutput;
    // From here on as if the left side probed.
    switch (spec.buildSide == JoinSide::Right ? spec.type : mirrored(spec.type)) {
      case JoinType::Inner:
        break;
      case JoinType::Left:
      case JoinType::Single:
        spec.extendsProbeRows = true;
        break;
      case JoinType::Right:
        spec.buildOutput = BuildOutput::Unmatched;
        break;
      case JoinType::Full:
        spec.extendsProbeRows = true;
        spec.buildOutput = BuildOutput::Unmatched;
        break;
      case JoinType::LeftSemi:
        spec.probeOutput = ProbeOutput::Matched;
        break;
      case JoinType::LeftAnti:
        spec.probeOutput = ProbeOutput::Unmatched;
        break;
      case JoinType::RightSemi:
        spec.probeOutput = ProbeOutput::Nothing;
        spec.buildOutput = BuildOutput::Matched;
        break;
      case JoinType::RightAnti:
        spec.probeOutput = ProbeOutput::Nothing;
        spec.buildOutput = BuildOutput::Unmatched;
        break;
      case JoinType::Mark:
        spec.probeOutput = ProbeOutput::Marked;
        break;
    }
  }

  /// The columns of left and right, as conditions see them.
  Schema pairSchema() const {
    std::vector<Field> fields(left().begin(), left().end());
    fields.insert(fields.end(), right().begin(), right().end());
    return Schema(std::move(fields));
  }

  /// For every column of pairSchema(), its place in a joined row, where the probe side comes first.
  std::vector<std::uint32_t> probeFirst() const {
    std::vector<std::uint32_t> places(left().size() + right().size());
    std::iota(places.begin(), places.end(), 0);
    if (spec_->buildSide == JoinSide::Left) {
      std::ranges::rotate(places, places.begin() + static_cast<std::ptrdiff_t>(right().size()));
    }
    return places;
  }

  void bindKeys(const std::vector<JoinKey>& keys) {
    const bool leftProbes = spec_->buildSide == JoinSide::Right;
    for (std::size_t index = 0; index < keys.size(); ++index) {
      const JoinKey& key = keys[index];
      const std::string leftPath = fmt::format("{}.keys[{}].left", path_, index);
      const std::string rightPath = fmt::format("{}.keys[{}].right", path_, index);
      std::vector<ExpressionPointer> sides{bindExpression(key.left, left(), leftPath),
                                           bindExpression(key.right, right(), rightPath)};
      const std::array<PassedValue, 2> passed{passOn(sides[0]), passOn(sides[1])};
      if (passed[0].dictionary && passed[1].dictionary &&
          passed[0].dictionary->strings.data() == passed[1].dictionary->strings.data()) {
        sides = {passed[0].value, passed[1].value};
      }
      unifyTypes(sides, rightPath);
      spec_->probeKeys.push_back(sides[leftProbes ? 0 : 1]);
      spec_->buildKeys.push_back(sides[leftProbes ? 1 : 0]);
      spec_->nullSafe.push_back(key.nullSafe);
    }
  }

  /// Hashing finds equal keys, but a comparison with NULL counts for a mark as well. One such key alone needs no more
  /// than to know whether there are NULLs; otherwise what may be NULL is compared row by row.
  void compareNullableKeysByCondition() {
    std::vector<std::size_t> nullable;
    for (std::size_t key = 0; key < spec_->keyCount(); ++key) {
      const bool mayBeNull = spec_->probeKeys[key]->nullable || spec_->buildKeys[key]->nullable;
      if (mayBeNull && !spec_->nullSafe[key]) nullable.push_back(key);
    }
    if (nullable.empty()) return;
    if (spec_->keyCount() == 1 && !spec_->condition) {
      spec_->nullAwareMark = true;
      return;
    }
    std::vector<std::uint32_t> behindLeft(right().size());
    std::iota(behindLeft.begin(), behindLeft.end(), static_cast<std::uint32_t>(left().size()));
    std::vector<ExpressionPointer> conjuncts;
    for (const std::size_t key : nullable) {
      const ExpressionPointer& probeKey = spec_->probeKeys[key];
      const ExpressionPointer buildKey = remapColumns(spec_->buildKeys[key], behindLeft);
      conjuncts.push_back(makeCall("equal", Type::boolean(), {probeKey, buildKey},
                                   fmt::format("{} = {}", probeKey->text, buildKey->text), path_));
    }
    if (spec_->condition) conjuncts.push_back(spec_->condition);
    std::string text;
    for (const ExpressionPointer& conjunct : conjuncts) text += (text.empty() ? "" : " AND ") + conjunct->text;
    spec_->condition =
        conjuncts.size() == 1 ? conjuncts.front() : makeJunction(Expression::Kind::And, conjuncts, std::move(text));
    for (std::size_t index = nullable.size(); index-- > 0;) {
      const auto key = static_cast<std::ptrdiff_t>(nullable[index]);
      spec_->probeKeys.erase(spec_->probeKeys.begin() + key);
      spec_->buildKeys.erase(spec_->buildKeys.begin() + key);
      spec_->nullSafe.erase(spec_->nullSafe.begin() + key);
    }
  }

  /// The columns that the join's type puts out, and where each is in a joined row.
  std::pair<Schema, std::vector<std::uint32_t>> outputChoice() const {
    const std::vector<std::uint32_t> places = probeFirst();
    const JoinType type = spec_->type;
    const bool putsOutLeft = type != JoinType::RightSemi && type != JoinType::RightAnti;
    const bool putsOutRight = type != JoinType::LeftSemi && type != JoinType::LeftAnti && type != JoinType::Mark;
    const bool extendsLeft = type == JoinType::Right || type == JoinType::Full;
    const bool extendsRight = type == JoinType::Left || type == JoinType::Full || type == JoinType::Single;
    Schema schema;
    std::vector<std::uint32_t> columns;
    const auto add = [&](const Schema& side, std::size_t offset, bool extended) {
      for (std::size_t column = 0; column < side.size(); ++column) {
        Field field = side[column];
        field.nullable = field.nullable || extended;
        schema.append(std::move(field));
        columns.push_back(places[offset + column]);
      }
    };
    if (putsOutLeft) add(left(), 0, extendsLeft);
    if (putsOutRight) add(right(), left().size(), extendsRight);
    if (type == JoinType::Mark) {
      const bool nullable = spec_->nullAwareMark || (spec_->condition && spec_->condition->nullable);
      schema.append({join_.mark, Type::boolean(), nullable});
      columns.push_back(static_cast<std::uint32_t>(spec_->probeColumnCount()));
    }
    return {std::move(schema), std::move(columns)};
  }

  void bindOutput() {
    const auto [schema, columns] = outputChoice();
    std::vector<std::uint32_t> chosen;
    for (std::size_t index = 0; index < join_.output.size(); ++index) {
      chosen.push_back(resolveColumn(schema, join_.output[index], fmt::format("{}.output[{}]", path_, index)));
    }
    if (join_.output.empty()) {
      chosen.resize(schema.size());
      std::iota(chosen.begin(), chosen.end(), 0);
    }
    for (const std::uint32_t column : chosen) {
      spec_->outputColumns.push_back(columns[column]);
      spec_->output.append(schema[column]);
    }
  }

  /// Stores the keys and those build columns that somebody above reads; a column that is a key is not stored twice.
  void placeBuildColumns() {
    JoinSpec& spec = *spec_;
    const Schema& build = spec.build().output;
    const std::size_t probeColumns = spec.probeColumnCount();
    std::set<std::uint32_t> needed;
    if (spec.probeOutput != JoinSpec::ProbeOutput::Marked) {
      needed.insert(spec.outputColumns.begin(), spec.outputColumns.end());
    }
    if (spec.condition) collectColumns(*spec.condition, needed);
    spec.stored = spec.buildKeys;
    spec.storedColumnOf.assign(build.size(), JoinSpec::kNotStored);
    for (std::size_t key = 0; key < spec.stored.size(); ++key) {
      if (spec.stored[key]->kind != Expression::Kind::Column) continue;
      spec.storedColumnOf[spec.stored[key]->column] = static_cast<std::uint32_t>(key);
    }
    for (const std::uint32_t column : needed) {
      if (column < probeColumns) continue;
      const auto buildColumn = static_cast<std::uint32_t>(column - probeColumns);
      if (spec.storedColumnOf[buildColumn] != JoinSpec::kNotStored) continue;
      spec.storedColumnOf[buildColumn] = static_cast<std::uint32_t>(spec.stored.size());
      spec.stored.push_back(makeColumnReference(build, buildColumn));
    }
    std::vector<RowLayout::ColumnType> types = columnTypes(spec.stored, spec.build());
    for (std::size_t key = 0; key < spec.keyCount(); ++key) {
      // A row with a NULL key that matches nothing is not stored unless somebody asks for it.
      if (!spec.nullSafe[key] && !spec.storesNullKeys()) types[key].nullable = false;
    }
    if (spec.extendsProbeRows) {
      // What extends a probe row is a row of NULLs.
      for (RowLayout::ColumnType& type : types) type.nullable = true;
    }
    spec.layOut(types);
  }

  const JoinContent& join_;
  std::string path_;
  std::shared_ptr<JoinSpec> spec_;
};

}  // namespace

SpecPointer bindJoin(const HashJoinNode& join, std::vector<SpecPointer> inputs, const std::string& path) {
  if (join.keys.empty()) failPlan(path + ".keys", "expected at least one key; a NestedLoopJoin has none");
  return JoinBinder(OperatorKind::HashJoin, join, std::move(inputs), path).bind(join.keys);
}

SpecPointer bindJoin(const NestedLoopJoinNode& join, std::vector<SpecPointer> inputs, const std::string& path) {
  return JoinBinder(OperatorKind::NestedLoopJoin, join, std::move(inputs), path).bind({});
}

SpecPointer bindJoin(const CrossJoinNode& join, std::vector<SpecPointer> inputs, const std::string& path) {
  JoinContent content;
  content.build = join.build;
  content.output = join.output;
  return JoinBinder(OperatorKind::CrossJoin, content, std::move(inputs), path).bind({});
}

}  // namespace basalt
