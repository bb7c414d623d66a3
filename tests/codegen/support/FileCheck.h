#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace basalt::codegen {

/// Whether FileCheck-19 finds the patterns of `checks` ("CHECK: ..." lines) in `text`; its complaint otherwise.
::testing::AssertionResult matches(std::string_view text, std::string_view checks);

/// Whether opt-19 reads the text as IR and finds it valid.
::testing::AssertionResult isValidIr(std::string_view text);

}  // namespace basalt::codegen
