#include "tests/codegen/bindgen/BindgenRun.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

namespace basalt::bindgen {

namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

ProgramResult runProgram(const std::string& commandLine) {
  ProgramResult result{-1, ""};
  FILE* pipe = popen((commandLine + " 2>&1").c_str(), "r");
  if (pipe == nullptr) {
    return result;
  }
  std::array<char, 4096> buffer{};
  for (std::size_t count = 0; (count = fread(buffer.data(), 1, buffer.size(), pipe)) != 0;) {
    result.output.append(buffer.data(), count);
  }
  int status = pclose(pipe);
  result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

BindgenRun::BindgenRun(const std::string& fixture)
    : fixture_(std::string(BASALT_SOURCE_FOLDER) + "/tests/codegen/fixtures/" + fixture),
      folder_((std::filesystem::temp_directory_path() / ("basalt-bindgen-" + std::to_string(getpid()) + "-" + fixture))
                  .string()) {
  result_ = runProgram("'" BASALT_BINARY_FOLDER "/bin/basalt-bindgen' --output '" + folder_ +
                       "' --root '" BASALT_SOURCE_FOLDER "' '" + fixture_ +
                       "' -- -xc++ -std=c++23 -O2 -DNDEBUG -fPIC '-I" BASALT_SOURCE_FOLDER "'");
}

BindgenRun::~BindgenRun() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

bool BindgenRun::wrote(const std::string& path) const { return std::filesystem::exists(folder_ + "/" + path); }

std::string BindgenRun::file(const std::string& path) const { return content(folder_ + "/" + path); }

std::vector<std::string> BindgenRun::missingMessages() const {
  std::vector<std::string> missing;
  std::istringstream fixture(content(fixture_));
  std::string line;
  for (int number = 1; std::getline(fixture, line); ++number) {
    std::size_t mark = line.find("// error: ");
    if (mark == std::string::npos) {
      continue;
    }
    std::string expected = line.substr(mark + 10);
    std::string place = fixture_ + ":" + std::to_string(number) + ":";
    bool found = false;
    std::istringstream messages(result_.output);
    for (std::string message; std::getline(messages, message);) {
      found = found || (message.starts_with(place) && message.find("error: basalt-bindgen: ") != std::string::npos &&
                        message.find(expected) != std::string::npos);
    }
    if (!found) {
      missing.push_back(std::to_string(number) + ": " + expected);
    }
  }
  return missing;
}

int BindgenRun::messageCount() const {
  int count = 0;
  for (std::size_t at = 0; (at = result_.output.find("error: basalt-bindgen: ", at)) != std::string::npos; ++at) {
    ++count;
  }
  return count;
}

}  // namespace basalt::bindgen
