#pragma once

#include <string>
#include <vector>

#include "operators/pipeline/Pipeline.h"
#include "runtime/hashtable/JoinFacts.h"

namespace basalt {

/// What is known of a pipeline's inputs when it starts and holds as long as it runs, so that its code may take it for
/// granted: pipelines are compiled once what they depend on is complete.
struct PipelineFacts {
  /// By step: of the table that a Probe looks into. Shorter than the pipeline, or empty: nothing is known of the rest.
  std::vector<JoinFacts> joins = {};

  JoinFacts ofJoin(std::size_t step) const { return step < joins.size() ? joins[step] : JoinFacts{}; }
  /// Bytes that determine the pipeline's code when these facts hold. Not readable.
  std::string signatureOf(const Pipeline& pipeline) const;
};

}  // namespace basalt
