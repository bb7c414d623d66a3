#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace basalt::test {

/// A folder of its own for one test, removed at its end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  /// Writes a file and returns its path.
  std::string write(const std::string& name, std::string_view content) const;
  /// Names of all files below the folder, sorted.
  std::vector<std::string> files() const;

 private:
  std::filesystem::path folder_;
};

std::string readFile(const std::string& path);

/// How a run of the program ended.
struct Ending {
  /// Exit status, or minus the signal that killed it.
  int status = 0;
  std::string output;
  std::string errors;
};

/// The program as a child process.
class Program {
 public:
  /// Starts it with `input` as its standard input and `folder` as its working directory.
  Program(const std::vector<std::string>& arguments, std::string_view input, const std::string& folder);

  pid_t process() const { return process_; }
  /// Reads at most `bytes` of the output, then closes it.
  std::string readSome(std::size_t bytes);
  /// Waits until it ends, at most a minute.
  Ending wait();

 private:
  pid_t process_ = 0;
  int outputDescriptor_ = -1;
  std::string errorsPath_;
};

/// Runs the program to its end.
Ending runProgram(const std::vector<std::string>& arguments, std::string_view input = {});

/// A store with the tables `numbers` (5,000 rows: n integer 0.., one integer 1, half decimal(10,1) n/2, word varchar,
/// maybe integer, NULL when n is odd) and `words` (3 rows: id integer, text varchar), in a folder of its own.
class StoreTest {
 public:
  StoreTest();
  const std::string& store() const { return store_; }
  const TemporaryFolder& folder() const { return folder_; }
  /// Writes a plan with this root and returns its path.
  std::string plan(const std::string& root) const;

 private:
  TemporaryFolder folder_;
  std::string store_;
};

}  // namespace basalt::test
