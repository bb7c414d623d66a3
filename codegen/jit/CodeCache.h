#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "operators/pipeline/PipelineRunner.h"
#include "runtime/ExecutionError.h"

namespace basalt::codegen {

/// Compiled code by key. A key is compiled by whoever asks first, while others who ask wait for it; that it cannot be
/// compiled is remembered, too. When the code weighs more than the limit, the least recently used entries are dropped;
/// those who hold one keep it alive. Thread-safe; compiles without holding its lock.
class CodeCache {
 public:
  using Code = std::shared_ptr<const CompiledPipeline>;
  /// Throws ExecutionError.
  using Compile = std::function<Code()>;

  explicit CodeCache(std::uint64_t maxBytes) : maxBytes_(maxBytes) {}

  /// The code, or null when there is none yet.
  Code find(const std::string& key);
  Code findOrCompile(const std::string& key, const Compile& compile);
  CompilerProvider::CacheCounters counters() const;
  /// Drops what nobody holds, and forgets failures.
  void clear();

 private:
  /// Failures weigh little, but their number is bounded like that of code.
  static constexpr std::uint64_t kFailureBytes = 1024;

  struct Entry {
    std::string key;
    /// Null while it is being compiled, and for a failure.
    Code code;
    std::shared_ptr<const ExecutionError> failure;
    std::uint64_t bytes = 0;

    bool isDone() const { return code != nullptr || failure != nullptr; }
  };
  /// Most recently used first.
  using Entries = std::list<std::shared_ptr<Entry>>;

  static Code codeOf(const Entry& entry);
  void complete(Entry& entry, Code code, std::shared_ptr<const ExecutionError> failure);
  void touch(Entries::iterator entry) { entries_.splice(entries_.begin(), entries_, entry); }
  Entries::iterator erase(Entries::iterator entry, std::list<Code>& dropped);
  void evict(std::list<Code>& dropped);

  const std::uint64_t maxBytes_;
  mutable std::mutex mutex_;
  std::condition_variable done_;
  Entries entries_;
  std::unordered_map<std::string, Entries::iterator> byKey_;
  std::uint64_t bytes_ = 0;
  CompilerProvider::CacheCounters counters_;
};

}  // namespace basalt::codegen
