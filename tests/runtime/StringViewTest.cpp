#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "runtime/types/StringView.h"

namespace basalt {
namespace {

TEST(StringView, HoldsTheBytesOfEveryLength) {
  for (std::size_t length = 0; length < 40; ++length) {
    // Exactly as many bytes as there are, so that sanitizers see what is read beside them.
    const auto bytes = std::make_unique<char[]>(length);
    for (std::size_t index = 0; index < length; ++index) bytes[index] = static_cast<char>(0x81 + 7 * index);
    const StringView text = StringView::make(bytes.get(), static_cast<std::uint32_t>(length));
    EXPECT_EQ(text.view(), std::string_view(bytes.get(), length)) << length;
    EXPECT_EQ(text.isInline(), length <= StringView::kInlineBytes) << length;
    // Shorter ones are padded with zeros, longer ones begin with their first bytes.
    std::string handle(sizeof(StringView), '\0');
    std::memcpy(handle.data(), &length, sizeof(std::uint32_t));
    std::memcpy(handle.data() + sizeof(std::uint32_t), bytes.get(),
                length <= StringView::kInlineBytes ? length : sizeof(std::uint32_t));
    if (text.isInline()) {
      EXPECT_EQ(std::memcmp(&text, handle.data(), sizeof(text)), 0) << length;
    } else {
      EXPECT_EQ(std::memcmp(&text, handle.data(), sizeof(text.head)), 0) << length;
      EXPECT_EQ(text.data(), bytes.get());
    }
  }
}

}  // namespace
}  // namespace basalt
