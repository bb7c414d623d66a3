#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace basalt::bindgen {

/// Writes generated files below one folder. A file whose content stays the same is left alone, so that nothing that
/// includes it is compiled again.
class OutputFolder {
 public:
  explicit OutputFolder(std::string path) : path_(std::move(path)) {}

  /// Returns false after noting an error.
  bool write(const std::string& relativePath, std::string_view content);
  std::string pathOf(const std::string& relativePath) const { return path_ + "/" + relativePath; }
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  std::string path_;
  std::vector<std::string> errors_;
};

}  // namespace basalt::bindgen
