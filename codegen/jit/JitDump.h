#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include <llvm/Support/Error.h>
#include <llvm/Support/MemoryBuffer.h>

namespace basalt::codegen {

/// Tells perf of code that is made at run time, in a file jit-<pid>.dump that `perf inject --jit` reads: the functions'
/// addresses, names, bytes and line numbers (tools/perf/Documentation/jitdump-specification.txt in Linux). LLVM 19's
/// own writer leaves a part of the header undefined, which perf refuses. Thread-safe.
class JitDump {
 public:
  /// Starts the file; fails when it exists, since a process can have one only.
  static llvm::Expected<std::unique_ptr<JitDump>> create(const std::filesystem::path& folder);
  ~JitDump();
  JitDump(const JitDump&) = delete;
  JitDump& operator=(const JitDump&) = delete;

  /// Puts a function on record, before anyone runs it: `code` is where it lies, `object` what it was linked from.
  llvm::Error add(const llvm::MemoryBuffer& object, const std::string& name, const void* code);

 private:
  explicit JitDump(int descriptor) : descriptor_(descriptor) {}
  llvm::Error start();
  llvm::Error write(const std::string& bytes);

  std::mutex mutex_;
  int descriptor_;
  /// The file's first page, mapped as code: perf notes which files are mapped so, and thus learns of this one.
  void* marker_ = nullptr;
  std::uint64_t functions_ = 0;
};

}  // namespace basalt::codegen
