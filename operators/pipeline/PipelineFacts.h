#pragma once

#include <string>
#include <vector>

#include "operators/pipeline/Pipeline.h"
#include "runtime/hashtable/JoinFacts.h"
#include "runtime/storage/ColumnGuess.h"

namespace basalt {

/// What is known of a pipeline's inputs when it starts and holds as long as it runs, so that its code may take it for
/// granted: pipelines are compiled once what they depend on is complete. And what is guessed of them, which its code
/// has to check.
struct PipelineFacts {
  /// By step: of the table that a Probe looks into. Shorter than the pipeline, or empty: nothing is known of the rest.
  std::vector<JoinFacts> joins = {};

  /// By read column of a table that is scanned, of those that its zone maps say nothing of. Empty: nothing is guessed.
  std::vector<ColumnGuess> guesses = {};

  ColumnGuess guessOf(std::size_t readColumn) const {
    return readColumn < guesses.size() ? guesses[readColumn] : ColumnGuess{};
  }
  JoinFacts ofJoin(std::size_t step) const { return step < joins.size() ? joins[step] : JoinFacts{}; }
  /// Bytes that determine the pipeline's code when these facts hold. Not readable.
  std::string signatureOf(const Pipeline& pipeline) const;
};

}  // namespace basalt
