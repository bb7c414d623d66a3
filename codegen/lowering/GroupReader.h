#pragma once

#include <span>
#include <string>

#include "codegen/lowering/PipelineBuilder.h"
#include "operators/spec/OperatorSpec.h"

namespace basalt::codegen {

/// Reads the rows of groups: what an aggregation puts out.
class GroupReader {
 public:
  /// `sites`: per aggregate, what is reported when finalising fails.
  GroupReader(PipelineBuilder& builder, const AggregationSpec& spec, std::span<const std::uint32_t> sites)
      : p(builder), spec_(spec), sites_(sites) {}

  /// The keys and the finalised aggregates of the group at `bytes`.
  Row row(Val<const std::byte*> bytes);

 private:
  SqlValue finalise(std::size_t aggregate, Val<const std::byte*> bytes);
  std::string named(std::string_view what) const { return spec_.label() + "." + std::string(what); }

  PipelineBuilder& p;  // NOLINT(readability-identifier-naming): stands in front of every emitted operation
  const AggregationSpec& spec_;
  std::span<const std::uint32_t> sites_;
};

}  // namespace basalt::codegen
