#include "tests/cli/Program.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace basalt::test {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "basalt-cli-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, std::string_view content) const {
  std::ofstream(folder_ / name, std::ios::binary) << content;
  return path(name);
}

std::vector<std::string> TemporaryFolder::files() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    if (!entry.is_directory()) names.push_back(std::filesystem::relative(entry.path(), folder_).string());
  }
  std::ranges::sort(names);
  return names;
}

std::string readFile(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

Program::Program(const std::vector<std::string>& arguments, std::string_view input, const std::string& folder) {
  const std::string program = BASALT_BINARY_FOLDER "/bin/basalt";
  // Files instead of pipes for what must not make either side wait.
  const std::string inputPath = folder + "/.input";
  errorsPath_ = folder + "/.errors";
  std::ofstream(inputPath, std::ios::binary) << input;
  std::vector<char*> list{const_cast<char*>(program.c_str())};                                        // NOLINT
  for (const std::string& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));  // NOLINT
  list.push_back(nullptr);
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  process_ = fork();
  if (process_ == 0) {
    dup2(open(inputPath.c_str(), O_RDONLY), STDIN_FILENO);
    dup2(pipe[1], STDOUT_FILENO);
    dup2(open(errorsPath_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    execv(program.c_str(), list.data());
    _exit(127);
  }
  close(pipe[1]);
  outputDescriptor_ = pipe[0];
}

std::string Program::readSome(std::size_t bytes) {
  std::string text;
  std::array<char, 1 << 16> piece{};
  while (text.size() < bytes) {
    const ssize_t count = read(outputDescriptor_, piece.data(), std::min(piece.size(), bytes - text.size()));
    if (count <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
  close(outputDescriptor_);
  outputDescriptor_ = -1;
  return text;
}

Ending Program::wait() {
  Ending ending;
  if (outputDescriptor_ >= 0) ending.output = readSome(SIZE_MAX);
  int status = 0;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (waitpid(process_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "the program does not end";
      kill(process_, SIGKILL);
      waitpid(process_, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ending.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  ending.errors = readFile(errorsPath_);
  return ending;
}

Ending runProgram(const std::vector<std::string>& arguments, std::string_view input) {
  const TemporaryFolder folder;
  return Program(arguments, input, folder.path("")).wait();
}

StoreTest::StoreTest() : store_(folder_.path("store")) {
  const std::string schema =
      folder_.write("schema.sql",
                    "create table numbers (n integer not null, one integer not null, half decimal(10,1), "
                    "word varchar(20) not null, maybe integer);\n"
                    "create table words (id integer not null, text varchar(20) not null);\n");
  std::string numbers;
  for (int n = 0; n < 5000; ++n) {
    numbers += fmt::format("{}|1|{}.{}|word {}|{}|\n", n, n / 2, n % 2 * 5, n % 7, n % 2 == 0 ? fmt::to_string(n) : "");
  }
  const Ending ending =
      runProgram({"load", "--store", store_, "--schema", schema, folder_.write("numbers.tbl", numbers),
                  folder_.write("words.tbl", "1|plain|\n2|with, comma|\n3||\n")});
  if (ending.status != 0) throw std::runtime_error("the store could not be loaded: " + ending.errors);
}

std::string StoreTest::plan(const std::string& root) const {
  return folder_.write("plan.json", "{\"version\": 1,\n \"root\": " + root + "}\n");
}

}  // namespace basalt::test
