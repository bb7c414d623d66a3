#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/kernels/TextEdit.h"

namespace basalt::kernels {
namespace {

class TextEdit : public testing::Test {
 protected:
  using Call = std::function<StringView(ErrorCode*, StringArena*)>;

  /// The text of a result, or the name of the error.
  std::string show(const Call& call) {
    ErrorCode error = ErrorCode::None;
    const StringView result = call(&error, &arena_);
    return error != ErrorCode::None ? std::string(name(error)) : std::string(result.view());
  }

  std::shared_ptr<MemoryBudget> budget_ = MemoryBudget::createRoot("test", 64 << 20);
  StringArena arena_{budget_};
};

/// A text as its characters, each of which is one std::string: the definitions below are over those.
using Characters = std::vector<std::string>;

std::string join(const Characters& characters) {
  std::string result;
  for (const std::string& character : characters) {
    result += character;
  }
  return result;
}

Characters slice(const Characters& text, std::int64_t first, std::int64_t last) {
  const auto size = static_cast<std::int64_t>(text.size());
  first = std::clamp<std::int64_t>(first, 0, size);
  last = std::clamp<std::int64_t>(last, first, size);
  return {text.begin() + first, text.begin() + last};
}

/// Where `part` stands from `from` on, or npos.
std::size_t findPart(const Characters& text, const Characters& part, std::size_t from) {
  for (std::size_t at = from; at + part.size() <= text.size(); ++at) {
    if (std::equal(part.begin(), part.end(), text.begin() + static_cast<std::ptrdiff_t>(at))) return at;
  }
  return std::string::npos;
}

std::vector<Characters> split(const Characters& text, const Characters& separator) {
  std::vector<Characters> parts;
  if (separator.empty()) {
    for (const std::string& character : text) {
      parts.push_back({character});
    }
    return parts.empty() ? std::vector<Characters>{{}} : parts;
  }
  std::size_t start = 0;
  for (std::size_t at = findPart(text, separator, 0); at != std::string::npos; at = findPart(text, separator, start)) {
    parts.push_back(slice(text, static_cast<std::int64_t>(start), static_cast<std::int64_t>(at)));
    start = at + separator.size();
  }
  parts.push_back(slice(text, static_cast<std::int64_t>(start), static_cast<std::int64_t>(text.size())));
  return parts;
}

TEST_F(TextEdit, FollowsItsDefinitions) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const Characters alphabet = {"a", "b", "ä", "€", "𝄞"};
  const auto randomText = [&](std::size_t most) {
    Characters text(random() % (most + 1));
    for (std::string& character : text) {
      character = alphabet[random() % alphabet.size()];
    }
    return text;
  };
  for (int i = 0; i < 20000; ++i) {
    const Characters text = randomText(20);
    const Characters part = randomText(2);
    const Characters other = randomText(3);
    const auto size = static_cast<std::int64_t>(text.size());
    const std::int64_t count = static_cast<std::int64_t>(random() % 50) - 25;
    // On the heap, so that a sanitizer sees reads past the end.
    const std::string textBytes = join(text);
    const std::string partBytes = join(part);
    const std::string otherBytes = join(other);
    const StringView textView = StringView::make(textBytes);
    const StringView partView = StringView::make(partBytes);
    const StringView otherView = StringView::make(otherBytes);
    SCOPED_TRACE(textBytes + " | " + partBytes + " | " + otherBytes + " | " + std::to_string(count));

    const std::size_t at = findPart(text, part, 0);
    ASSERT_EQ(positionVarchar(textView, partView), at == std::string::npos ? 0 : static_cast<std::int64_t>(at) + 1);
    ASSERT_EQ(leftVarchar(textView, count).view(), join(slice(text, 0, count >= 0 ? count : size + count)));
    ASSERT_EQ(rightVarchar(textView, count).view(), join(slice(text, count >= 0 ? size - count : -count, size)));

    Characters reversed = text;
    std::ranges::reverse(reversed);
    ASSERT_EQ(show([&](ErrorCode* e, StringArena* a) { return reverseVarchar(textView, e, a); }), join(reversed));

    const std::vector<Characters> parts = split(text, part);
    const auto partCount = static_cast<std::int64_t>(parts.size());
    const std::int64_t index = count > 0 ? count - 1 : count < 0 ? partCount + count : -1;
    ASSERT_EQ(splitPartVarchar(textView, partView, count).view(),
              index >= 0 && index < partCount ? join(parts[static_cast<std::size_t>(index)]) : "");

    std::string replaced = textBytes;
    if (!part.empty()) {
      replaced.clear();
      for (std::size_t k = 0; k < parts.size(); ++k) {
        replaced += (k > 0 ? otherBytes : "") + join(parts[k]);
      }
    }
    ASSERT_EQ(show([&](ErrorCode* e, StringArena* a) { return replaceVarchar(textView, partView, otherView, e, a); }),
              replaced);

    const auto isTrimmed = [&](const std::string& c) { return std::ranges::find(other, c) != other.end(); };
    const auto first = std::ranges::find_if_not(text, isTrimmed) - text.begin();
    const auto last = text.rend() - std::find_if_not(text.rbegin(), text.rend(), isTrimmed);
    ASSERT_EQ(trimStartSetVarchar(textView, otherView).view(), join(slice(text, first, size)));
    ASSERT_EQ(trimEndSetVarchar(textView, otherView).view(), join(slice(text, 0, last)));
    ASSERT_EQ(trimSetVarchar(textView, otherView).view(), join(slice(text, first, std::max(first, last))));

    Characters padding;
    for (std::int64_t k = size; k < count && !other.empty(); ++k) {
      padding.push_back(other[static_cast<std::size_t>(k - size) % other.size()]);
    }
    const Characters kept = slice(text, 0, count);
    const bool fails = other.empty() && count > size;
    ASSERT_EQ(show([&](ErrorCode* e, StringArena* a) { return padStartVarchar(textView, count, otherView, e, a); }),
              fails ? "InvalidArgument" : join(padding) + join(kept));
    ASSERT_EQ(show([&](ErrorCode* e, StringArena* a) { return padEndVarchar(textView, count, otherView, e, a); }),
              fails ? "InvalidArgument" : join(kept) + join(padding));

    std::string repeated;
    for (std::int64_t k = 0; k < count; ++k) {
      repeated += textBytes;
    }
    ASSERT_EQ(show([&](ErrorCode* e, StringArena* a) { return repeatVarchar(textView, count, e, a); }), repeated);
    arena_.clear();
  }
}

TEST_F(TextEdit, ExtremeCountsAndSizes) {
  const StringView text = StringView::make("häl");
  EXPECT_EQ(leftVarchar(text, INT64_MAX).view(), "häl");
  EXPECT_EQ(leftVarchar(text, INT64_MIN).view(), "");
  EXPECT_EQ(rightVarchar(text, INT64_MAX).view(), "häl");
  EXPECT_EQ(rightVarchar(text, INT64_MIN).view(), "");
  EXPECT_EQ(splitPartVarchar(text, text, INT64_MIN).view(), "");
  EXPECT_EQ(splitPartVarchar(text, text, INT64_MAX).view(), "");
  const StringView longText = StringView::make("a text of more than twelve bytes");
  for (const std::int64_t count : {std::int64_t{1} << 32, INT64_MAX}) {
    EXPECT_EQ(show([&](ErrorCode* e, StringArena* a) { return repeatVarchar(longText, count, e, a); }), "OutOfMemory");
    EXPECT_EQ(show([&](ErrorCode* e, StringArena* a) { return padStartVarchar(text, count, longText, e, a); }),
              "OutOfMemory");
  }
  EXPECT_EQ(show([&](ErrorCode* e, StringArena* a) { return padEndVarchar(text, INT64_MIN, text, e, a); }), "");
}

TEST_F(TextEdit, CodePoints) {
  const std::pair<std::int32_t, const char*> known[] = {
      {0x1, "\x01"},           {0x7F, "\x7F"},    {0x80, "\u0080"},        {0xE4, "ä"},
      {0x7FF, "\u07FF"},       {0x800, "\u0800"}, {0x20AC, "€"},           {0xFFFF, "\uFFFF"},
      {0x10000, "\U00010000"}, {0x1D11E, "𝄞"},    {0x10FFFF, "\U0010FFFF"}};
  ErrorCode error = ErrorCode::None;
  for (const auto& [code, text] : known) {
    EXPECT_EQ(characterInteger(code, &error).view(), text);
    EXPECT_EQ(codePointVarchar(StringView::make(text)), code);
  }
  EXPECT_EQ(characterInteger(0, &error).view(), std::string_view("\0", 1));
  EXPECT_EQ(codePointVarchar(StringView::make("")), 0);
  EXPECT_EQ(error, ErrorCode::None);
  for (const std::int32_t code : {-1, 0xD800, 0xDFFF, 0x110000, INT32_MIN, INT32_MAX}) {
    error = ErrorCode::None;
    characterInteger(code, &error);
    EXPECT_EQ(error, ErrorCode::InvalidArgument) << code;
  }
}

TEST_F(TextEdit, MalformedTextIsNotReadPast) {
  for (const std::string& bytes :
       std::vector<std::string>{std::string("\x80"), std::string("\xF0"), std::string("ab\xE2\x82"),
                                std::string(20, '\x80'), std::string("\xFF\xFE")}) {
    const std::unique_ptr<char[]> heap(new char[bytes.size()]);
    std::ranges::copy(bytes, heap.get());
    const StringView text = StringView::make(heap.get(), static_cast<std::uint32_t>(bytes.size()));
    EXPECT_EQ(show([&](ErrorCode* e, StringArena* a) { return reverseVarchar(text, e, a); }).size(), bytes.size());
    codePointVarchar(text);
    EXPECT_LE(leftVarchar(text, 1).size(), bytes.size());
    EXPECT_LE(rightVarchar(text, 1).size(), bytes.size());
    EXPECT_LE(splitPartVarchar(text, StringView::make(""), -1).size(), bytes.size());
    EXPECT_EQ(trimSetVarchar(text, text).size(), 0);
    EXPECT_EQ(show([&](ErrorCode* e, StringArena* a) { return padStartVarchar(text, 30, text, e, a); }).empty(), false);
  }
}

}  // namespace
}  // namespace basalt::kernels
