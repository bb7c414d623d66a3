#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <unordered_set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/Symbols.h"
#include "codegen/jit/CodeImage.h"
#include "codegen/jit/CodeSession.h"
#include "codegen/jit/ModuleCompiler.h"
#include "tests/codegen/support/TestPlans.h"

namespace basalt::codegen {
namespace {

constexpr const char* kName = "code";

template <typename T>
T orFail(llvm::Expected<T> value) {
  if (!value) throw std::runtime_error(llvm::toString(value.takeError()));
  return std::move(*value);
}

/// A pipeline that calls functions of the runtime, and has constants.
CodeSession::Linked link() {
  const TestTables tables;
  const PipelinePlan plan = tables.pipelines(
      PlanBuilder::scan("items").aggregate({{"note", sql("upper(i_note)")}}, {{"total", "sum", sql("i_id + 1")}}));
  const ModuleCompiler compiler = orFail(ModuleCompiler::create({}));
  ModuleCompiler::Object object = orFail(compiler.compile(plan.pipelines[0], {}, kName, {}));
  return orFail(orFail(CodeSession::create(compiler))->link(std::move(object.bytes), kName));
}

std::string protectionOf(const void* address) {
  std::ifstream maps("/proc/self/maps");
  const auto place = reinterpret_cast<std::uintptr_t>(address);
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  char dash = 0;
  std::string protection;
  std::string rest;
  while (maps >> std::hex >> begin >> dash >> end >> protection && std::getline(maps, rest)) {
    if (begin <= place && place < end) return protection;
  }
  return {};
}

TEST(CodeImageTest, EveryCopyIsCodeThatCannotBeWritten) {
  const CodeSession::Linked linked = link();
  ASSERT_TRUE(linked.image);
  const auto first = orFail(linked.image->load());
  const auto second = orFail(linked.image->load());
  EXPECT_NE(first->entry(), second->entry());
  EXPECT_NE(first->entry(), linked.code->entry());
  for (const LoadedCode* code : {first.get(), second.get(), linked.code.get()}) {
    EXPECT_EQ(protectionOf(code->entry().toPtr<const void*>()), "r-xp");
  }
}

TEST(CodeImageTest, HoldsNoAddressesOfTheProcess) {
  const CodeSession::Linked linked = link();
  ASSERT_TRUE(linked.image);
  const std::vector<char> bytes = linked.image->serialize();
  std::unordered_set<std::uint64_t> addresses;
  for (const Symbol& symbol : exportedSymbols()) addresses.insert(std::bit_cast<std::uint64_t>(symbol.address));
  const std::uint64_t entry = linked.code->entry().getValue();
  for (std::size_t place = 0; place + sizeof(std::uint64_t) <= bytes.size(); ++place) {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data() + place, sizeof(number));
    EXPECT_FALSE(addresses.contains(number)) << place;
    EXPECT_TRUE(number < entry - bytes.size() || number > entry + bytes.size()) << place;
  }
}

TEST(CodeImageTest, IsReadAsItWasWritten) {
  const std::vector<char> bytes = link().image->serialize();
  const auto image = CodeImage::parse(bytes);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->serialize(), bytes);
}

TEST(CodeImageTest, WhatIsNoImageIsRefused) {
  const std::vector<char> bytes = link().image->serialize();
  EXPECT_FALSE(CodeImage::parse({}));
  EXPECT_FALSE(CodeImage::parse({bytes.data(), bytes.size() - 1}));
  EXPECT_FALSE(CodeImage::parse({bytes.data(), 24}));
  // Each number of the header and of the first address.
  for (std::size_t number = 0; number < 4; ++number) {
    std::vector<char> damaged = bytes;
    for (std::size_t byte = 0; byte < 8; ++byte) damaged.at(number * 8 + byte) = '\x7f';
    EXPECT_FALSE(CodeImage::parse(damaged)) << number;
  }
}

}  // namespace
}  // namespace basalt::codegen
