#include "codegen/bindgen/OutputFolder.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace basalt::bindgen {

bool OutputFolder::write(const std::string& relativePath, std::string_view content) {
  std::filesystem::path path = pathOf(relativePath);
  {
    std::ifstream existing(path, std::ios::binary);
    if (existing && std::string(std::istreambuf_iterator<char>(existing), {}) == content) {
      return true;
    }
  }
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) {
    errors_.push_back("cannot write " + path.string());
    return false;
  }
  return true;
}

}  // namespace basalt::bindgen
