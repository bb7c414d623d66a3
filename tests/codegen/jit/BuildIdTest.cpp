#include "codegen/jit/BuildId.h"

#include <gtest/gtest.h>

namespace basalt::codegen {
namespace {

TEST(BuildIdTest, IsAHashOfWhatThisCodeIsLinkedInto) {
  EXPECT_EQ(buildId().size(), 20U);
  EXPECT_EQ(buildId(), buildId());
}

}  // namespace
}  // namespace basalt::codegen
