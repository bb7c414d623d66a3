#include "tests/codegen/support/FileCheck.h"

#include <atomic>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "tests/codegen/bindgen/BindgenRun.h"

namespace basalt::codegen {

namespace {

/// A file that lives as long as the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content) {
    static std::atomic<int> next{0};
    path_ = (std::filesystem::temp_directory_path() /
             ("basalt-ir-" + std::to_string(getpid()) + "-" + std::to_string(next++)))
                .string();
    std::ofstream(path_) << content;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

::testing::AssertionResult succeeds(const std::string& commandLine) {
  const bindgen::ProgramResult result = bindgen::runProgram(commandLine);
  return result.exitCode == 0 ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << result.output;
}

}  // namespace

::testing::AssertionResult matches(std::string_view text, std::string_view checks) {
  const TemporaryFile input(text);
  const TemporaryFile patterns(checks);
  return succeeds("FileCheck-19 --input-file='" + input.path() + "' '" + patterns.path() + "'");
}

::testing::AssertionResult isValidIr(std::string_view text) {
  const TemporaryFile input(text);
  return succeeds("opt-19 -passes=verify -disable-output '" + input.path() + "'");
}

}  // namespace basalt::codegen
