#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>

#include "tests/fuzz/Checker.h"

namespace basalt::fuzz {

/// What the cases so far were made of, and how they ended.
class Coverage {
 public:
  void add(const PhysicalPlan& plan, Verdict verdict);
  void addFinding() { ++findings_; }
  std::size_t cases() const;
  std::size_t findings() const { return findings_; }

  /// One line.
  std::string progress() const;
  /// Counts of operators, functions and verdicts.
  std::string summary(const Refusals& refusals) const;

 private:
  std::array<std::size_t, 5> verdicts_{};
  std::size_t findings_ = 0;
  std::map<std::string, std::size_t> operators_;
  std::map<std::string, std::size_t> functions_;
};

}  // namespace basalt::fuzz
