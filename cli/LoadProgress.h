#pragma once

#include <cstdint>
#include <string>

namespace basalt::cli {

/// Shows on standard error how far loading a table is: one line that is rewritten on a terminal, else a line per tenth.
class LoadProgress {
 public:
  LoadProgress();
  void show(const std::string& table, std::uint64_t bytesDone, std::uint64_t bytesTotal);
  /// Removes the line of a terminal, before something else is printed.
  void clear();

 private:
  bool isTerminal_;
  std::string table_;
  std::uint64_t shownPercent_ = 0;
};

}  // namespace basalt::cli
