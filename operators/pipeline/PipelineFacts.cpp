#include "operators/pipeline/PipelineFacts.h"

#include <algorithm>

namespace basalt {

std::string PipelineFacts::signatureOf(const Pipeline& pipeline) const {
  std::string signature = pipeline.signature;
  for (std::size_t step = 0; step < pipeline.steps.size(); ++step) {
    if (pipeline.steps[step].kind != Pipeline::StepKind::Probe) continue;
    const JoinFacts facts = ofJoin(step);
    signature += static_cast<char>((facts.isRanked ? 1 : 0) | (facts.isUnique ? 2 : 0) | (facts.isSelective ? 4 : 0) |
                                   (facts.isNarrow ? 8 : 0) | (facts.isSparse ? 16 : 0));
  }
  // Guesses of nothing are no guesses.
  if (std::ranges::all_of(guesses, [](const ColumnGuess& each) { return each == ColumnGuess{}; })) return signature;
  for (const ColumnGuess& guess : guesses) {
    signature += static_cast<char>(guess.width | (guess.hasFewValues ? 16 : 0));
  }
  return signature;
}

}  // namespace basalt
