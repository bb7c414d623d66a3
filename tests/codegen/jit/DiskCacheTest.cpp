#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "codegen/jit/DiskCache.h"
#include "codegen/jit/JitCompiler.h"
#include "runtime/ExecutionError.h"
#include "tests/codegen/support/TestPlans.h"

namespace basalt::codegen {
namespace {

namespace fs = std::filesystem;

class DiskCacheTest : public ::testing::Test {
 protected:
  DiskCacheTest() {
    std::string pattern = (fs::temp_directory_path() / "basalt-code-XXXXXX").string();
    parent_ = mkdtemp(pattern.data());
    folder_ = parent_ / "code";
  }
  ~DiskCacheTest() override { fs::remove_all(parent_); }

  static DiskCache::Object object(const std::string& bytes) { return {{bytes.begin(), bytes.end()}, 7, 1.5}; }
  std::vector<fs::path> files() const {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder_)) paths.push_back(entry.path());
    return paths;
  }
  JitOptions options() const {
    JitOptions options;
    options.host.codeCacheFolder = folder_;
    return options;
  }

  fs::path parent_;
  fs::path folder_;
};

TEST_F(DiskCacheTest, WhatOneProcessStoresAnotherLoads) {
  DiskCache first(folder_, 1 << 20);
  EXPECT_FALSE(first.load("key"));
  EXPECT_FALSE(first.contains("key"));
  first.store("key", object("machine code"));
  EXPECT_TRUE(first.contains("key"));
  DiskCache second(folder_, 1 << 20);
  EXPECT_TRUE(second.contains("key"));
  const auto loaded = second.load("key");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(std::string(loaded->bytes.begin(), loaded->bytes.end()), "machine code");
  EXPECT_EQ(loaded->instructions, 7U);
  EXPECT_EQ(loaded->compileMilliseconds, 1.5);
  EXPECT_FALSE(second.load("other key"));
  EXPECT_EQ(files().size(), 1U);
  EXPECT_EQ(fs::status(folder_).permissions(), fs::perms::owner_all);
}

TEST_F(DiskCacheTest, ADamagedFileIsNotLoadedAndIsRemoved) {
  const std::vector<std::function<void(const fs::path&)>> damages = {
      [](const fs::path& file) { fs::resize_file(file, fs::file_size(file) - 1); },
      [](const fs::path& file) { fs::resize_file(file, 10); },
      [](const fs::path& file) { fs::resize_file(file, 0); },
      [](const fs::path& file) {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(-3, std::ios::end);
        stream.put('!');
      },
      [](const fs::path& file) {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(0);
        stream.put('!');
      },
  };
  DiskCache cache(folder_, 1 << 20);
  for (const auto& damage : damages) {
    cache.store("key", object("machine code"));
    damage(files().at(0));
    EXPECT_FALSE(cache.load("key"));
    EXPECT_TRUE(files().empty());
    EXPECT_FALSE(cache.contains("key"));
  }
}

TEST_F(DiskCacheTest, FilesThatOthersCouldHaveWrittenAreNotLoaded) {
  DiskCache cache(folder_, 1 << 20);
  cache.store("key", object("machine code"));
  const fs::path file = files().at(0);
  fs::permissions(file, fs::perms::group_write, fs::perm_options::add);
  EXPECT_FALSE(cache.load("key"));
  fs::permissions(file, fs::perms::group_write, fs::perm_options::remove);
  EXPECT_TRUE(cache.load("key"));
  const fs::path elsewhere = parent_ / "elsewhere";
  fs::rename(file, elsewhere);
  fs::create_symlink(elsewhere, file);
  EXPECT_FALSE(cache.load("key"));
}

TEST_F(DiskCacheTest, AFolderThatOthersMayWriteIsRefused) {
  fs::create_directory(folder_);
  fs::permissions(folder_, fs::perms::all);
  EXPECT_THROW(DiskCache(folder_, 1 << 20), ExecutionError);
  fs::remove(folder_);
  std::ofstream(folder_) << "no folder";
  EXPECT_THROW(DiskCache(folder_, 1 << 20), ExecutionError);
}

TEST_F(DiskCacheTest, TheLeastRecentlyUsedFilesGo) {
  DiskCache cache(folder_, 10'000);
  const std::string large(3000, 'x');
  cache.store("a", object(large));
  cache.store("b", object(large));
  cache.store("c", object(large));
  EXPECT_TRUE(cache.load("a"));
  cache.store("d", object(large));
  EXPECT_TRUE(cache.load("a"));
  EXPECT_FALSE(cache.load("b"));
  EXPECT_TRUE(cache.load("d"));
  std::uint64_t bytes = 0;
  for (const fs::path& file : files()) bytes += fs::file_size(file);
  EXPECT_LE(bytes, 10'000U);
}

TEST_F(DiskCacheTest, ACompilerLoadsWhatAnotherCompiled) {
  const TestTables tables;
  const PipelinePlan plan = tables.pipelines(PlanBuilder::scan("items").project({{"x", sql("i_group + 1")}}));
  {
    JitCompiler compiler(options());
    static_cast<void>(compiler.compile(plan.pipelines[0], {}));
    EXPECT_EQ(compiler.cacheCounters().loads, 0U);
  }
  JitCompiler compiler(options());
  EXPECT_LT(compiler.estimateMilliseconds(plan.pipelines[0], {}), 1.0);
  const auto code = compiler.compile(plan.pipelines[0], {});
  EXPECT_EQ(compiler.cacheCounters().loads, 1U);
  EXPECT_EQ(code->compileMilliseconds(), 0.0);
  EXPECT_GT(code->instructionCount(), 10U);
  EXPECT_NE(code->function(), nullptr);
}

TEST_F(DiskCacheTest, ManyThreadsStoreAndLoad) {
  DiskCache cache(folder_, 20'000);
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&cache, thread] {
      for (int round = 0; round < 50; ++round) {
        const std::string key = std::to_string((thread + round) % 12);
        cache.store(key, object(std::string(1500, key.front())));
        if (const auto loaded = cache.load(key)) {
          EXPECT_EQ(loaded->bytes.front(), key.front());
        }
      }
    });
  }
}

}  // namespace
}  // namespace basalt::codegen
