#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace basalt::cli {

/// Reads a number of bytes as people write it: "1048576", "512M", "1.5GiB" (powers of 1024), "2GB" (powers of 1000).
/// Nothing when it is none or does not fit.
std::optional<std::uint64_t> parseByteSize(std::string_view text);

}  // namespace basalt::cli
