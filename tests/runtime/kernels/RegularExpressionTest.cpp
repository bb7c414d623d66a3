#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/kernels/RegularExpression.h"
#include "runtime/memory/MemoryBudget.h"

namespace basalt::kernels {
namespace {

/// Each function is run on the compiled pattern and on its text, which must agree.
class RegularExpressionTest : public ::testing::Test {
 protected:
  std::string replace(const std::string& text, const std::string& pattern, const std::string& replacement,
                      std::int32_t options = 0) {
    return both(pattern, options, [&](ErrorCode* error, const RegularExpression* compiled) {
      const StringView result =
          compiled != nullptr
              ? regexpReplace(view(text), compiled, view(replacement), error, &arena_)
              : regexpReplaceText(view(text), view(pattern), view(replacement), options, error, &arena_);
      return std::string(result.view());
    });
  }
  std::string extract(const std::string& text, const std::string& pattern, std::int32_t group = 0) {
    return both(pattern, 0, [&](ErrorCode* error, const RegularExpression* compiled) {
      const StringView result = compiled != nullptr ? regexpExtract(view(text), compiled, group, error)
                                                    : regexpExtractText(view(text), view(pattern), group, 0, error);
      return std::string(result.view());
    });
  }
  std::string matches(const std::string& text, const std::string& pattern, std::int32_t options = 0) {
    return both(pattern, options, [&](ErrorCode* error, const RegularExpression* compiled) {
      const bool found = compiled != nullptr ? regexpMatches(view(text), compiled, error)
                                             : regexpMatchesText(view(text), view(pattern), options, error);
      return std::string(found ? "true" : "false");
    });
  }
  std::string isAll(const std::string& text, const std::string& pattern, std::int32_t options = 0) {
    return both(pattern, options, [&](ErrorCode* error, const RegularExpression* compiled) {
      const bool found = compiled != nullptr ? regexpFullMatch(view(text), compiled, error)
                                             : regexpFullMatchText(view(text), view(pattern), options, error);
      return std::string(found ? "true" : "false");
    });
  }

 private:
  static StringView view(const std::string& text) { return StringView::make(text); }

  template <typename Run>
  static std::string both(const std::string& pattern, std::int32_t options, const Run& run) {
    const RegularExpression compiled(pattern, options);
    ErrorCode error = ErrorCode::None;
    std::string value = run(&error, nullptr);
    if (!compiled.fault().empty()) {
      EXPECT_EQ(error, ErrorCode::InvalidArgument);
      return "fault";
    }
    ErrorCode compiledError = ErrorCode::None;
    EXPECT_EQ(run(&compiledError, &compiled), value);
    EXPECT_EQ(compiledError, error);
    return error == ErrorCode::None ? value : std::string(name(error));
  }

  StringArena arena_{MemoryBudget::createRoot("test")};
};

// What DuckDB gives for the same.
TEST_F(RegularExpressionTest, Matches) {
  EXPECT_EQ(matches("abc", "b"), "true");
  EXPECT_EQ(matches("abc", "^b"), "false");
  EXPECT_EQ(matches("abc", "B"), "false");
  EXPECT_EQ(matches("abc", "B", RegularExpression::kIgnoresCase), "true");
  EXPECT_EQ(matches("a\nb", "a.b"), "false");
  EXPECT_EQ(matches("a\nb", "a.b", RegularExpression::kDotMatchesNewline), "true");
  EXPECT_EQ(matches("a+b", "a+b", RegularExpression::kIsLiteral), "true");
  EXPECT_EQ(matches("", ""), "true");
  EXPECT_EQ(matches("日本", "^..$"), "true");
  EXPECT_EQ(isAll("abc", "b"), "false");
  EXPECT_EQ(isAll("abc", "a.*"), "true");
  EXPECT_EQ(matches("abc", "(b"), "fault");
}

TEST_F(RegularExpressionTest, Extracts) {
  EXPECT_EQ(extract("abc", "b"), "b");
  EXPECT_EQ(extract("abc", "x"), "");
  EXPECT_EQ(extract("abc", "(b)(c)", 2), "c");
  EXPECT_EQ(extract("abc", "(x)?c", 1), "");
  EXPECT_EQ(extract("abc", "b", 3), "");
  EXPECT_EQ(extract("abc", "b", -1), "InvalidArgument");
  EXPECT_EQ(extract("some text that is long: and a long part of it", ":(.*)", 1), " and a long part of it");
}

TEST_F(RegularExpressionTest, Replaces) {
  EXPECT_EQ(replace("aaa", "a", "b"), "baa");
  EXPECT_EQ(replace("aaa", "a", "b", RegularExpression::kReplacesAll), "bbb");
  EXPECT_EQ(replace("aaa", "(a)", "[\\1\\1]", RegularExpression::kReplacesAll), "[aa][aa][aa]");
  EXPECT_EQ(replace("aaa", "A", "b", RegularExpression::kReplacesAll | RegularExpression::kIgnoresCase), "bbb");
  EXPECT_EQ(replace("abc", "x", "y"), "abc");
  EXPECT_EQ(replace("abc", "b", ""), "ac");
  EXPECT_EQ(replace("abc", "b", "a replacement of some length, kept in the arena"),
            "aa replacement of some length, kept in the arenac");
  EXPECT_EQ(replace("abc", "b", "\\5"), "InvalidArgument");
}

TEST(RegularExpressionOptions, AreLetters) {
  EXPECT_EQ(RegularExpression::parseOptions(""), 0);
  EXPECT_EQ(RegularExpression::parseOptions("ig"), RegularExpression::kIgnoresCase | RegularExpression::kReplacesAll);
  EXPECT_EQ(RegularExpression::parseOptions("icslp"), RegularExpression::kIsLiteral);
  EXPECT_EQ(RegularExpression::parseOptions("x"), std::nullopt);
}

}  // namespace
}  // namespace basalt::kernels
