#include <gtest/gtest.h>

#include "runtime/ExecutionError.h"
#include "runtime/types/Schema.h"
#include "runtime/types/Type.h"

namespace basalt {
namespace {

TEST(Type, ReadsWhatItPrints) {
  for (const Type type : {Type::boolean(), Type::tinyInt(), Type::smallInt(), Type::integer(), Type::bigInt(),
                          Type::real(), Type::doublePrecision(), Type::date(), Type::time(), Type::timestamp(),
                          Type::interval(), Type::varchar(), Type::binary()}) {
    EXPECT_EQ(parseType(toString(type)), type) << toString(type);
  }
  for (std::uint8_t precision = 1; precision <= Type::kMaxPrecision; ++precision) {
    for (std::uint8_t scale = 0; scale <= precision; ++scale) {
      const Type type = Type::decimal(precision, scale);
      EXPECT_EQ(parseType(toString(type)), type);
      EXPECT_EQ(byteSize(type.physical()), precision <= 18 ? 8U : 16U);
    }
  }
}

TEST(Type, KnowsSynonymsCaseAndBlanks) {
  EXPECT_EQ(parseType("INT"), Type::integer());
  EXPECT_EQ(parseType("int8"), Type::bigInt());
  EXPECT_EQ(parseType(" Double   Precision "), Type::doublePrecision());
  EXPECT_EQ(parseType("numeric ( 15 , 2 )"), Type::decimal(15, 2));
  EXPECT_EQ(parseType("decimal(7)"), Type::decimal(7, 0));
  EXPECT_EQ(parseType("char(10)"), Type::varchar());
  EXPECT_EQ(parseType("character varying(25)"), Type::varchar());
  EXPECT_EQ(parseType("text"), Type::varchar());
  EXPECT_EQ(parseType("bytea"), Type::binary());
  EXPECT_EQ(parseType("timestamp(6)"), Type::timestamp());
}

TEST(Type, RefusesWhatIsNone) {
  for (const char* text :
       {"", "intt", "decimal(0)", "decimal(39,2)", "decimal(5,6)", "decimal(5", "decimal(5,2,1)", "decimal()",
        "decimal(x)", "integer(4)", "date(1)", "decimal(99999999999)", "varchar(1,2)"}) {
    try {
      parseType(text);
      FAIL() << text;
    } catch (const ExecutionError& error) {
      EXPECT_EQ(error.code(), ErrorCode::InvalidPlan);
      EXPECT_NE(error.message().find("'" + std::string(text) + "'"), std::string::npos) << error.what();
    }
  }
}

TEST(Schema, FindsTheOnlyFieldOfAName) {
  const Schema schema({{"a", Type::integer()}, {"b", Type::varchar()}, {"a", Type::date()}});
  EXPECT_EQ(schema.find("b"), 1U);
  EXPECT_EQ(schema.find("a"), std::nullopt);
  EXPECT_EQ(schema.find("c"), std::nullopt);
}

TEST(ExecutionError, TellsPlaceCodeMessageAndCauses) {
  const auto cause = std::make_shared<const ExecutionError>(ErrorCode::InputOutput, "/tmp/x", "disk full");
  const ExecutionError error(ErrorCode::OutOfMemory, "query 1", "cannot spill", cause);
  EXPECT_STREQ(error.what(), "[query 1] OutOfMemory: cannot spill; caused by [/tmp/x] InputOutput: disk full");
  EXPECT_FALSE(error.isCallerError());
  EXPECT_TRUE(ExecutionError(ErrorCode::InvalidPlan, "", "x").isCallerError());
  EXPECT_TRUE(ExecutionError(ErrorCode::Unsupported, "", "x").isCallerError());
  EXPECT_FALSE(ExecutionError(ErrorCode::Internal, "", "x").isCallerError());
  EXPECT_STREQ(ExecutionError(ErrorCode::InvalidUsage, "", "x").what(), "InvalidUsage: x");
}

}  // namespace
}  // namespace basalt
