#pragma once

#include <string>
#include <string_view>

namespace basalt {

/// Appends `value` as a JSON string. Bytes that are not UTF-8 become U+FFFD, since JSON knows no others.
void appendJsonString(std::string_view value, std::string& text);

}  // namespace basalt
