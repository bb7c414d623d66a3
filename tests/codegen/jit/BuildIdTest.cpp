#include <gtest/gtest.h>

#include "codegen/jit/BuildId.h"

namespace basalt::codegen {
namespace {

TEST(BuildIdTest, IsAHashOfWhatThisCodeIsLinkedInto) {
  EXPECT_EQ(buildId().size(), 20U);
  EXPECT_EQ(buildId(), buildId());
}

}  // namespace
}  // namespace basalt::codegen
