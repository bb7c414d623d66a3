#include <clocale>
#include <cwctype>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/kernels/ByteSearch.h"
#include "runtime/kernels/Like.h"
#include "runtime/kernels/Text.h"
#include "runtime/kernels/TextCast.h"
#include "runtime/kernels/TextEdit.h"

namespace basalt::kernels {
namespace {

class Text : public testing::Test {
 protected:
  /// The text of a result, or the name of the error.
  std::string show(const std::function<StringView(ErrorCode*, StringArena*)>& call) {
    ErrorCode error = ErrorCode::None;
    const StringView result = call(&error, &arena_);
    return error != ErrorCode::None ? std::string(name(error)) : std::string(result.view());
  }
  std::string substring(const char* text, std::int64_t start, std::int64_t length) {
    return show(
        [&](ErrorCode* error, StringArena*) { return substringVarchar(StringView::make(text), start, length, error); });
  }

  std::shared_ptr<MemoryBudget> budget_ = MemoryBudget::createRoot("test", 1 << 20);
  StringArena arena_{budget_};
};

StringView view(const char* text) { return StringView::make(text); }

TEST_F(Text, LengthCountsCharacters) {
  EXPECT_EQ(lengthVarchar(view("")), 0);
  EXPECT_EQ(lengthVarchar(view("abc")), 3);
  EXPECT_EQ(lengthVarchar(view("äöüß€")), 5);
  EXPECT_EQ(lengthVarchar(view("𝄞")), 1);
  EXPECT_EQ(lengthVarchar(view("äöüäöüäöüäöü")), 12);
  EXPECT_EQ(lengthVarchar(view("twelve bytes")), 12);
}

TEST_F(Text, Case) {
  const auto lower = [this](std::string_view text) {
    return show([text](ErrorCode* e, StringArena* a) { return lowerVarchar(StringView::make(text), e, a); });
  };
  const auto upper = [this](std::string_view text) {
    return show([text](ErrorCode* e, StringArena* a) { return upperVarchar(StringView::make(text), e, a); });
  };
  EXPECT_EQ(lower("AZaz@[`{"), "azaz@[`{");
  EXPECT_EQ(upper("azAZ@[`{"), "AZAZ@[`{");
  EXPECT_EQ(upper("longer than twelve bytes"), "LONGER THAN TWELVE BYTES");
  EXPECT_EQ(lower(""), "");
  // DuckDB's answers.
  EXPECT_EQ(lower("ÄÖÜẞİ"), "äöüßi");
  EXPECT_EQ(upper("äöüßıſ"), "ÄÖÜẞIS");
  EXPECT_EQ(lower("ΑΣ Привет ĀŁŐ Ⅷ Ǆ"), "ασ привет āłő ⅷ ǆ");
  EXPECT_EQ(upper("ŉ÷ÿ€𝄞中"), "ŉ÷Ÿ€𝄞中");
  // Malformed bytes stay.
  EXPECT_EQ(lower("A\xC3"), "a\xC3");
  EXPECT_EQ(upper("\x84z\xE2\x82"), "\x84Z\xE2\x82");
  EXPECT_EQ(lower("\xFF\xC3\x84\xF0\x9D\xC3"), "\xFF\xC3\xA4\xF0\x9D\xC3");
}

TEST_F(Text, CaseOfAllCharacters) {
  // The C library's mappings where it has the locale, an oracle of its own: those of both agree but for versions of
  // Unicode and the sharp s.
  locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (locale == nullptr) GTEST_SKIP() << "no locale C.UTF-8";
  int agreeing = 0;
  int changing = 0;
  for (std::int32_t code = 1; code < 0x20000; ++code) {
    if (code >= 0xD800 && code < 0xE000) continue;
    ErrorCode error = ErrorCode::None;
    const StringView text = characterInteger(code, &error);
    const std::int32_t lower = codePointVarchar(lowerVarchar(text, &error, &arena_));
    const std::int32_t upper = codePointVarchar(upperVarchar(text, &error, &arena_));
    ASSERT_EQ(error, ErrorCode::None);
    ASSERT_EQ(lengthVarchar(lowerVarchar(text, &error, &arena_)), 1);
    ASSERT_EQ(lengthVarchar(upperVarchar(text, &error, &arena_)), 1);
    if (lower == code && upper == code) continue;
    changing += 1;
    const auto wide = static_cast<wint_t>(code);
    agreeing += lower == static_cast<std::int32_t>(towlower_l(wide, locale)) &&
                        upper == static_cast<std::int32_t>(towupper_l(wide, locale))
                    ? 1
                    : 0;
  }
  freelocale(locale);
  EXPECT_GT(changing, 2700);
  EXPECT_GT(agreeing, changing - 40);
}

TEST_F(Text, Concatenation) {
  const auto concat = [this](const std::string& left, const std::string& right) {
    return show([&](ErrorCode* e, StringArena* a) {
      return concatVarchar(StringView::make(left), StringView::make(right), e, a);
    });
  };
  EXPECT_EQ(concat("", ""), "");
  EXPECT_EQ(concat("a", ""), "a");
  EXPECT_EQ(concat("", "b"), "b");
  EXPECT_EQ(concat("123456", "789012"), "123456789012");
  EXPECT_EQ(concat("123456", "7890123"), "1234567890123");
  EXPECT_EQ(concat(std::string(600'000, 'x'), std::string(600'000, 'y')), "OutOfMemory");
}

TEST_F(Text, SubstringCountsCharactersFromOne) {
  EXPECT_EQ(substring("abcdef", 2, 3), "bcd");
  EXPECT_EQ(substring("abcdef", 0, 3), "ab");
  EXPECT_EQ(substring("abcdef", -5, 7), "a");
  EXPECT_EQ(substring("abcdef", -5, 3), "");
  EXPECT_EQ(substring("abcdef", 5, 100), "ef");
  EXPECT_EQ(substring("abcdef", 7, 1), "");
  EXPECT_EQ(substring("abcdef", 1, 0), "");
  EXPECT_EQ(substring("abcdef", INT64_MAX, INT64_MAX), "");
  EXPECT_EQ(substring("abcdef", INT64_MIN, INT64_MAX), "");
  EXPECT_EQ(substring("abcdef", 2, INT64_MAX), "bcdef");
  EXPECT_EQ(substring("abcdef", 1, -1), "InvalidArgument");
  EXPECT_EQ(substring("äöü€𝄞x", 2, 4), "öü€𝄞");
  EXPECT_EQ(substring("a string of more than twelve bytes", 3, 16), "string of more t");
  EXPECT_EQ(substringFromVarchar(view("äöü"), 2).view(), "öü");
  EXPECT_EQ(substringFromVarchar(view("abc"), -7).view(), "abc");
}

TEST_F(Text, SubstringsAreTheSameWhereverTheTextLies) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  // Characters of each length, and bytes that begin none.
  const std::vector<std::string> parts = {"a", "b", "1", " ", "ä", "€", "𝄞", "\x80", "\xFF"};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t count = random() % 15; count != 0; --count) text += parts[random() % parts.size()];
    const auto start = static_cast<std::int64_t>(random() % 9) - 2;
    const auto length = static_cast<std::int64_t>(random() % 7);
    ErrorCode error = ErrorCode::None;
    const StringView found = substringVarchar(StringView::make(text), start, length, &error);
    EXPECT_EQ(error, ErrorCode::None);
    const StringView sliced = sliceText(StringView::make(text), start, start + length);
    EXPECT_EQ(std::string(found.view()), std::string(sliced.view())) << text << " " << start << " " << length;
    // Handles of short texts are compared as they are.
    if (found.isInline()) {
      const StringView made = StringView::make(found.view());
      EXPECT_EQ(found.head, made.head);
      EXPECT_EQ(found.tail, made.tail);
    }
  }
}

TEST_F(Text, Trim) {
  const auto trimmed = [](StringView text) { return std::string(text.view()); };
  EXPECT_EQ(trimmed(trimVarchar(view("  a b  "))), "a b");
  EXPECT_EQ(trimmed(trimStartVarchar(view("  a "))), "a ");
  EXPECT_EQ(trimmed(trimEndVarchar(view("  a "))), "  a");
  EXPECT_EQ(trimmed(trimVarchar(view("               "))), "");
  EXPECT_EQ(trimmed(trimVarchar(view("\ta\t"))), "\ta\t");
}

TEST_F(Text, StartsEndsContains) {
  const std::string texts[] = {"",     "a",   "ab",   "abc", "abcd", "abcde", "abcdefghijklm", "abcdefghijklmn",
                               "xabc", "bcd", "klmn", "abd"};
  for (const std::string& text : texts) {
    for (const std::string& part : texts) {
      const StringView textView = StringView::make(text);
      const StringView partView = StringView::make(part);
      EXPECT_EQ(startsWithVarchar(textView, partView), text.starts_with(part)) << text << " " << part;
      EXPECT_EQ(endsWithVarchar(textView, partView), text.ends_with(part)) << text << " " << part;
      EXPECT_EQ(containsVarchar(textView, partView), text.find(part) != std::string::npos) << text << " " << part;
    }
  }
}

TEST_F(Text, SearchFindsWhatTheLibraryFinds) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 20000; ++i) {
    // On the heap, so that a sanitizer sees reads past the end.
    std::string text(random() % 200, 'a');
    for (char& c : text) {
      c = static_cast<char>('a' + (random() % 4 == 0 ? 1 : 0));
    }
    const std::string part = random() % 2 == 0 || text.empty() ? std::string(random() % 6, 'a')
                                                               : text.substr(random() % text.size(), random() % 20);
    const std::size_t from = random() % (text.size() + 1);
    ASSERT_EQ(findBytes(text, part, from), text.find(part, from)) << text << " " << part << " " << from;
    if (part.empty()) continue;
    const ProbedPlaces anyPlaces{random() % part.size(), random() % part.size()};
    ASSERT_EQ(findBytes(text, part, anyPlaces, from), text.find(part, from)) << text << " " << part << " " << from;
    ASSERT_EQ(findBytesInShortVectors(text, part, anyPlaces, from), text.find(part, from))
        << text << " " << part << " " << from;
  }
}

TEST_F(Text, SearchProbesRareBytesThatAreApart) {
  using Places = std::pair<std::size_t, std::size_t>;
  const auto places = [](std::string_view part) {
    const ProbedPlaces found = ProbedPlaces::rarest(part);
    return Places(found.first, found.second);
  };
  EXPECT_EQ(places("requests"), Places(2, 0));
  EXPECT_EQ(places("a#_:b"), Places(1, 3));
  EXPECT_EQ(places("aaaa"), Places(0, 3));
  EXPECT_EQ(places("ab"), Places(1, 0));
  EXPECT_EQ(places("a"), Places(0, 0));
}

bool like(const std::string& text, const std::string& pattern) {
  return likeVarchar(StringView::make(text), StringView::make(pattern));
}

TEST_F(Text, Like) {
  EXPECT_TRUE(like("", ""));
  EXPECT_TRUE(like("", "%"));
  EXPECT_TRUE(like("", "%%"));
  EXPECT_FALSE(like("", "_"));
  EXPECT_FALSE(like("a", ""));
  EXPECT_TRUE(like("abc", "abc"));
  EXPECT_FALSE(like("abc", "ab"));
  EXPECT_TRUE(like("abc", "a%"));
  EXPECT_TRUE(like("abc", "%c"));
  EXPECT_TRUE(like("abc", "%b%"));
  EXPECT_TRUE(like("abc", "___"));
  EXPECT_FALSE(like("abc", "____"));
  EXPECT_TRUE(like("abc", "%___"));
  EXPECT_FALSE(like("abc", "%____"));
  EXPECT_FALSE(like("abab", "aba%bab"));
  EXPECT_TRUE(like("aab", "%ab"));
  EXPECT_TRUE(like("the special, though late requests", "%special%requests%"));
  EXPECT_FALSE(like("the requests are special", "%special%requests%"));
  EXPECT_TRUE(like("PROMO BRUSHED STEEL", "PROMO%"));
  EXPECT_TRUE(like("ä€𝄞", "___"));
  EXPECT_TRUE(like("xä€𝄞", "%ä_𝄞"));
  EXPECT_TRUE(like("xä€𝄞y", "%_𝄞_"));
  EXPECT_FALSE(like("ä", "__"));
  EXPECT_TRUE(like("a\\%", "a\\%"));
  EXPECT_FALSE(notLikeVarchar(view("abc"), view("a%")));
}

/// The definition of LIKE, on texts of one byte per character.
bool likeByDefinition(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    return likeByDefinition(text, pattern.substr(1)) || (!text.empty() && likeByDefinition(text.substr(1), pattern));
  }
  return !text.empty() && (pattern[0] == '_' || pattern[0] == text[0]) &&
         likeByDefinition(text.substr(1), pattern.substr(1));
}

/// The same text in characters of one to four bytes.
std::string widen(const std::string& text) {
  std::string result;
  for (const char c : text) {
    result += c == 'a' ? "ä" : c == 'b' ? "𝄞" : c == 'c' ? "x" : std::string(1, c);
  }
  return result;
}

TEST_F(Text, LikeFollowsItsDefinition) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto randomText = [&random](std::string_view alphabet, std::size_t most) {
    std::string text(random() % (most + 1), ' ');
    for (char& c : text) {
      c = alphabet[random() % alphabet.size()];
    }
    return text;
  };
  for (int i = 0; i < 50000; ++i) {
    const std::string text = randomText("abc", 24);
    const std::string pattern = randomText("abc%_%", 8);
    const bool expected = likeByDefinition(text, pattern);
    ASSERT_EQ(like(text, pattern), expected) << text << " " << pattern;
    ASSERT_EQ(like(widen(text), widen(pattern)), expected) << text << " " << pattern;
  }
}

TEST_F(Text, CastsShareTheValuesText) {
  EXPECT_EQ(show([](ErrorCode* e, StringArena* a) { return castBigIntToVarchar(INT64_MIN, e, a); }),
            "-9223372036854775808");
  EXPECT_EQ(show([](ErrorCode* e, StringArena* a) { return castTinyIntToVarchar(-5, e, a); }), "-5");
  EXPECT_EQ(show([](ErrorCode* e, StringArena* a) { return castDoubleToVarchar(0.1, e, a); }), "0.1");
  EXPECT_EQ(show([](ErrorCode* e, StringArena* a) { return castBooleanToVarchar(true, e, a); }), "true");
  EXPECT_EQ(show([](ErrorCode* e, StringArena* a) { return castDateToVarchar(Date{0}, e, a); }), "1970-01-01");
  EXPECT_EQ(show([](ErrorCode* e, StringArena* a) { return decimalToVarcharBigInt(-5, 2, e, a); }), "-0.05");
  EXPECT_EQ(show([](ErrorCode* e, StringArena* a) { return decimalToVarcharInt128(kInt128Minimum, 38, e, a); }),
            "-1.70141183460469231731687303715884105728");
  ErrorCode error = ErrorCode::None;
  EXPECT_EQ(castVarcharToInteger(view(" -12 "), &error), -12);
  EXPECT_EQ(castVarcharToDate(view("1970-01-02"), &error), Date{1});
  EXPECT_EQ(castVarcharToDouble(view("2.5e-1"), &error), 0.25);
  EXPECT_TRUE(castVarcharToBoolean(view("t"), &error));
  EXPECT_TRUE(varcharToDecimal(view("12.345"), 15, 2, &error) == 1235);
  EXPECT_EQ(error, ErrorCode::None);
  castVarcharToTinyInt(view("128"), &error);
  EXPECT_EQ(error, ErrorCode::InvalidCast);
  error = ErrorCode::None;
  varcharToDecimal(view("1000"), 4, 2, &error);
  EXPECT_EQ(error, ErrorCode::InvalidCast);
}

}  // namespace
}  // namespace basalt::kernels
