#include "codegen/jit/CodeCache.h"

#include <utility>

namespace basalt::codegen {

CodeCache::Code CodeCache::codeOf(const Entry& entry) {
  if (entry.failure) throw ExecutionError(*entry.failure);
  return entry.code;
}

CodeCache::Code CodeCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = byKey_.find(key);
  if (found == byKey_.end() || (*found->second)->code == nullptr) return nullptr;
  touch(found->second);
  ++counters_.hits;
  return (*found->second)->code;
}

CodeCache::Code CodeCache::findOrCompile(const std::string& key, const Compile& compile) {
  std::shared_ptr<Entry> entry;
  {
    std::unique_lock lock(mutex_);
    if (const auto found = byKey_.find(key); found != byKey_.end()) {
      ++counters_.hits;
      touch(found->second);
      entry = *found->second;
      done_.wait(lock, [&] { return entry->isDone(); });
      return codeOf(*entry);
    }
    ++counters_.misses;
    entry = std::make_shared<Entry>();
    entry->key = key;
    entries_.push_front(entry);
    byKey_.emplace(key, entries_.begin());
  }
  try {
    Code code = compile();
    complete(*entry, std::move(code), nullptr);
  } catch (const ExecutionError& error) {
    complete(*entry, nullptr, std::make_shared<ExecutionError>(error));
  } catch (const std::exception& error) {
    // Memory that ran out, say: the next one may try again, but those who wait must not wait for ever.
    complete(*entry, nullptr, std::make_shared<ExecutionError>(ErrorCode::CompilationFailed, "compiler", error.what()));
  }
  return codeOf(*entry);
}

void CodeCache::complete(Entry& entry, Code code, std::shared_ptr<const ExecutionError> failure) {
  // Code is unmapped when its last holder lets go, which should not be under the lock.
  std::list<Code> dropped;
  const std::lock_guard lock(mutex_);
  entry.bytes = code ? code->codeBytes() : kFailureBytes + entry.key.size();
  entry.code = std::move(code);
  entry.failure = std::move(failure);
  bytes_ += entry.bytes;
  evict(dropped);
  done_.notify_all();
}

CodeCache::Entries::iterator CodeCache::erase(Entries::iterator entry, std::list<Code>& dropped) {
  bytes_ -= (*entry)->bytes;
  dropped.push_back((*entry)->code);
  byKey_.erase((*entry)->key);
  return entries_.erase(entry);
}

void CodeCache::evict(std::list<Code>& dropped) {
  for (auto entry = entries_.end(); bytes_ > maxBytes_ && entry != entries_.begin();) {
    --entry;
    // The newest stays in any case: somebody is about to run it.
    if (!(*entry)->isDone() || entry == entries_.begin()) continue;
    entry = erase(entry, dropped);
    ++counters_.evictions;
  }
}

CompilerProvider::CacheCounters CodeCache::counters() const {
  const std::lock_guard lock(mutex_);
  CompilerProvider::CacheCounters result = counters_;
  for (const auto& entry : entries_) result.entries += entry->code != nullptr ? 1 : 0;
  result.codeBytes = bytes_;
  return result;
}

void CodeCache::clear() {
  std::list<Code> dropped;
  const std::lock_guard lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const bool isHeld = !(*entry)->isDone() || (*entry)->code.use_count() > 1;
    entry = isHeld ? std::next(entry) : erase(entry, dropped);
  }
}

}  // namespace basalt::codegen
