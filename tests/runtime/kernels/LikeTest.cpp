#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/kernels/Like.h"

namespace basalt::kernels {
namespace {

using Characters = std::vector<std::string>;

/// The meaning of LIKE as plainly as possible: every way to match % is tried. Characters are given one by one.
bool matchesPlainly(const Characters& text, std::size_t at, const Characters& pattern, std::size_t next,
                    const std::string& escape) {
  if (next == pattern.size()) return at == text.size();
  if (pattern[next] != escape && pattern[next] == "%") {
    for (std::size_t from = at; from <= text.size(); ++from) {
      if (matchesPlainly(text, from, pattern, next + 1, escape)) return true;
    }
    return false;
  }
  if (at == text.size()) return false;
  if (pattern[next] == escape) {
    return text[at] == pattern[next + 1] && matchesPlainly(text, at + 1, pattern, next + 2, escape);
  }
  return (pattern[next] == "_" || pattern[next] == text[at]) && matchesPlainly(text, at + 1, pattern, next + 1, escape);
}

std::string joined(const Characters& characters) {
  std::string result;
  for (const std::string& character : characters) result += character;
  return result;
}

bool isLike(const std::string& text, const std::string& pattern, const std::string& escape = "",
            bool ignoresCase = false) {
  const bool plain = matchesPattern(text, pattern, escape, ignoresCase);
  const auto compiled = LikePattern::compile(pattern, escape, ignoresCase);
  EXPECT_TRUE(compiled.has_value());
  EXPECT_EQ(compiled->matches(text), plain) << text << " like " << pattern << " escape " << escape;
  return plain;
}

TEST(LikeTest, AgreesWithTryingEverything) {
  const std::uint32_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const Characters alphabet = {"a", "b", "é", "日", "𝄞", "%", "_", "\\"};
  const auto pick = [&](std::size_t longest, std::size_t letters) {
    Characters result;
    for (std::size_t length = random() % (longest + 1); length > 0; --length)
      result.push_back(alphabet[random() % letters]);
    return result;
  };
  for (int i = 0; i < 50'000; ++i) {
    const Characters text = pick(random() % 4 == 0 ? 40 : 8, 1 + random() % 8);
    Characters pattern = pick(7, 8);
    const std::string escape = alphabet[random() % 3 == 0 ? random() % 8 : 7];
    const bool escapes = random() % 2 == 0;
    if (escapes && endsWithEscape(joined(pattern), escape)) continue;
    if (!escapes && random() % 2 == 0) pattern.insert(pattern.begin(), "%");
    const bool expected = matchesPlainly(text, 0, pattern, 0, escapes ? escape : "");
    ASSERT_EQ(isLike(joined(text), joined(pattern), escapes ? escape : ""), expected)
        << joined(text) << " like " << joined(pattern) << " escape " << (escapes ? escape : "");
  }
}

TEST(LikeTest, ManyTextsAtOnceAreTheSameAsEach) {
  const std::uint32_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto pick = [&](std::size_t longest) {
    std::string result;
    for (std::size_t length = random() % (longest + 1); length > 0; --length) {
      result.push_back(static_cast<char>('a' + random() % 2));
    }
    return result;
  };
  for (int round = 0; round < 2000; ++round) {
    std::string heap;
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::string> texts;
    for (std::size_t text = 0; text < 60; ++text) {
      texts.push_back(pick(random() % 5 == 0 ? 70 : 6));
      heap += texts.back();
      offsets.push_back(heap.size());
    }
    std::string pattern = (random() % 2 == 0 ? "%" : "") + pick(random() % 3 == 0 ? 12 : 3) + "a";
    if (random() % 2 == 0) pattern += "%" + pick(3);
    if (random() % 2 == 0) pattern += "_%";
    const auto compiled = LikePattern::compile(pattern, "", false);
    ASSERT_TRUE(compiled);
    ASSERT_FALSE(compiled->needle().empty());
    const std::size_t begin = random() % 30;
    const std::size_t count = random() % (texts.size() - begin + 1);
    std::vector<std::uint8_t> results(count);
    const bool isNegated = random() % 2 == 0;
    likeTexts(&*compiled, isNegated, reinterpret_cast<const std::byte*>(offsets.data()), heap.data(), begin,  // NOLINT
              count, results.data());
    for (std::size_t index = 0; index < count; ++index) {
      ASSERT_EQ(results[index] != 0, compiled->matches(texts[begin + index]) != isNegated)
          << texts[begin + index] << " like " << pattern;
    }
  }
}

TEST(LikeTest, Escapes) {
  EXPECT_TRUE(isLike("50%", "50\\%", "\\"));
  EXPECT_FALSE(isLike("500", "50\\%", "\\"));
  EXPECT_TRUE(isLike("a_b", "a#_b", "#"));
  EXPECT_FALSE(isLike("axb", "a#_b", "#"));
  EXPECT_TRUE(isLike("a\\b", "a\\\\b", "\\"));
  EXPECT_TRUE(isLike("xyz", "x\\yz", "\\")) << "any character may be escaped";
  EXPECT_TRUE(isLike("a%", "aé%", "é"));
  EXPECT_TRUE(isLike("%", "%%", "%"));
  EXPECT_TRUE(isLike("a\\b", "a\\b")) << "there is no escape character by default";
  for (const auto& [pattern, escape] :
       std::vector<std::pair<std::string, std::string>>{{"a\\", "\\"}, {"\\\\\\", "\\"}, {"a", "ab"}, {"a", "éé"}}) {
    EXPECT_FALSE(LikePattern::compile(pattern, escape, false).has_value()) << pattern;
    ErrorCode error = ErrorCode::None;
    likeEscapeVarchar(StringView::make("b"), StringView::make(pattern), StringView::make(escape), &error);
    EXPECT_EQ(error, ErrorCode::InvalidArgument) << pattern;
  }
  EXPECT_TRUE(LikePattern::compile("a\\\\", "\\", false).has_value());
}

TEST(LikeTest, IgnoresCaseByUnicodesSimpleMapping) {
  EXPECT_TRUE(isLike("Hello", "hELLo", "", true));
  EXPECT_TRUE(isLike("HELLO world", "%lo_W%", "", true));
  EXPECT_FALSE(isLike("Hello", "help", "", true));
  EXPECT_TRUE(isLike("ÉCOLE", "éc%", "", true));
  EXPECT_TRUE(isLike("ЖУК", "жук", "", true));
  EXPECT_TRUE(isLike("\u212A", "k", "", true)) << "the sign of kelvins, of three bytes";
  EXPECT_FALSE(isLike("Σ", "ς", "", true)) << "as in DuckDB: lower case forms are compared";
  EXPECT_TRUE(isLike("A%", "a$%", "$", true));
  EXPECT_FALSE(isLike("AB", "a$%", "$", true));
  EXPECT_FALSE(isLike("\xFF", "\xFE", "", true)) << "bytes that are no text are themselves only";
  EXPECT_TRUE(isLike("\xFF", "\xFF", "", true));
  EXPECT_FALSE(isLike("É", "é"));
}

}  // namespace
}  // namespace basalt::kernels
