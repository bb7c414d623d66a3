#pragma once

#include <string>
#include <vector>

namespace basalt::bindgen {

/// How a program that a test started ended, and what it said.
struct ProgramResult {
  int exitCode;
  std::string output;
};

ProgramResult runProgram(const std::string& commandLine);

/// Runs basalt-bindgen on a header in tests/codegen/fixtures, writing below a new folder of this test.
class BindgenRun {
 public:
  explicit BindgenRun(const std::string& fixture);
  ~BindgenRun();
  BindgenRun(const BindgenRun&) = delete;
  BindgenRun& operator=(const BindgenRun&) = delete;

  const ProgramResult& result() const { return result_; }
  const std::string& folder() const { return folder_; }
  bool wrote(const std::string& path) const;
  std::string file(const std::string& path) const;

  /// For each "// error: text" in the fixture that has no matching message at its line, that line and text.
  std::vector<std::string> missingMessages() const;
  int messageCount() const;

 private:
  std::string fixture_;
  std::string folder_;
  ProgramResult result_{};
};

}  // namespace basalt::bindgen
