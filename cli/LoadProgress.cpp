#include "cli/LoadProgress.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "engine/explain/QuantityText.h"

namespace basalt::cli {

LoadProgress::LoadProgress() : isTerminal_(isatty(STDERR_FILENO) != 0) {}

void LoadProgress::show(const std::string& table, std::uint64_t bytesDone, std::uint64_t bytesTotal) {
  const std::uint64_t percent = bytesDone * 100 / std::max<std::uint64_t>(bytesTotal, 1);
  const std::uint64_t step = isTerminal_ ? 1 : 10;
  if (table == table_ && percent < shownPercent_ + step) return;
  table_ = table;
  shownPercent_ = percent / step * step;
  fmt::print(stderr, "{}loading {}: {}% of {}{}", isTerminal_ ? "\r\x1b[K" : "", table, shownPercent_,
             bytesText(bytesTotal), isTerminal_ ? "" : "\n");
  std::fflush(stderr);
}

void LoadProgress::clear() {
  if (isTerminal_ && !table_.empty()) fmt::print(stderr, "\r\x1b[K");
  table_.clear();
}

}  // namespace basalt::cli
