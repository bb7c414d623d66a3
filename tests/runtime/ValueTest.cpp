#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/ExecutionError.h"
#include "runtime/types/NumberText.h"
#include "runtime/types/Value.h"

namespace basalt {
namespace {

void expectText(Type type, const std::vector<std::pair<const char*, const char*>>& readAndShown) {
  for (const auto& [read, shown] : readAndShown) {
    const Value value = Value::parse(type, read);
    EXPECT_EQ(value.toString(), shown) << toString(type) << " " << read;
    EXPECT_EQ(Value::parse(type, shown).toString(), shown);
    alignas(16) std::byte stored[16];
    value.store(stored);
    EXPECT_EQ(Value::load(type, stored).toString(), shown) << toString(type) << " " << read;
  }
}

void expectRefused(Type type, const std::vector<const char*>& texts) {
  for (const char* text : texts) {
    try {
      Value::parse(type, text);
      ADD_FAILURE() << toString(type) << " took '" << text << "'";
    } catch (const ExecutionError& error) {
      EXPECT_EQ(error.code(), ErrorCode::InvalidCast);
      EXPECT_NE(error.message().find(toString(type)), std::string::npos);
    }
  }
}

TEST(Value, Booleans) {
  expectText(Type::boolean(), {{"true", "true"}, {" T ", "true"}, {"NO", "false"}, {"1", "true"}, {"off", "false"}});
  expectRefused(Type::boolean(), {"", "maybe", "2"});
}

TEST(Value, Integers) {
  expectText(Type::tinyInt(), {{"-128", "-128"}, {"127", "127"}, {"+5", "5"}});
  expectText(Type::bigInt(), {{"-9223372036854775808", "-9223372036854775808"}, {" 0009 ", "9"}, {"-0", "0"}});
  expectRefused(Type::tinyInt(), {"128", "-129"});
  expectRefused(Type::smallInt(), {"32768"});
  expectRefused(Type::integer(), {"2147483648", "", "1.5", "1 2", "+-1", "--1", "++1", "abc", "1e3"});
  expectRefused(Type::bigInt(), {"9223372036854775808"});
}

TEST(Value, Decimals) {
  expectText(Type::decimal(15, 2), {{"12.5", "12.50"},
                                    {"-0.07", "-0.07"},
                                    {".005", "0.01"},
                                    {"-0.005", "-0.01"},
                                    {"0.0049999", "0.00"},
                                    {"1e3", "1000.00"},
                                    {"12345e-4", "1.23"},
                                    {"+7.", "7.00"},
                                    {"9999999999999.99", "9999999999999.99"},
                                    {"0e999999999", "0.00"},
                                    {"1e-999999999", "0.00"}});
  expectText(Type::decimal(38, 0),
             {{"99999999999999999999999999999999999999", "99999999999999999999999999999999999999"},
              {"-99999999999999999999999999999999999999", "-99999999999999999999999999999999999999"}});
  expectText(Type::decimal(38, 38),
             {{"-.00000000000000000000000000000000000001", "-0.00000000000000000000000000000000000001"}});
  expectRefused(Type::decimal(15, 2),
                {"", ".", "-", "1e", "1x", "1.2.3", "10000000000000", "9999999999999.995", "1e14", "1e999999999"});
  expectRefused(Type::decimal(38, 0),
                {"100000000000000000000000000000000000000", "1e38", "99999999999999999999999999999999999999.5",
                 "999999999999999999999999999999999999999999"});
}

TEST(Value, FloatingPoint) {
  expectText(Type::doublePrecision(), {{"5", "5.0"},
                                       {"0.1", "0.1"},
                                       {"1e30", "1e+30"},
                                       {"-0", "-0.0"},
                                       {"+1.5e-7", "1.5e-07"},
                                       {"NaN", "nan"},
                                       {"-Infinity", "-inf"},
                                       {"inf", "inf"},
                                       {"1.7976931348623157e308", "1.7976931348623157e+308"}});
  expectText(Type::real(), {{"0.1", "0.1"}, {"16777217", "16777216.0"}});
  expectRefused(Type::doublePrecision(), {"", "1e400", "0x10", "1.2.3", "+-1", "one"});
  expectRefused(Type::real(), {"1e39"});
}

TEST(Value, DoublesSurviveText) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    const auto number = std::bit_cast<double>(random());
    if (std::isnan(number)) continue;
    const Value value = Value::floating(Type::doublePrecision(), number);
    ASSERT_EQ(Value::parse(Type::doublePrecision(), value.toString()).asDouble(), number);
  }
}

TEST(Value, DecimalsSurviveText) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    const auto precision = static_cast<std::uint8_t>(1 + random() % 38);
    const auto scale = static_cast<std::uint8_t>(random() % (precision + 1U));
    const auto unscaled = makeInt128(static_cast<std::int64_t>(random()), random()) % powerOfTen(precision);
    const Value value = Value::decimal(Type::decimal(precision, scale), unscaled);
    ASSERT_EQ(Value::parse(value.type(), value.toString()), value) << value.toString();
  }
}

TEST(Value, Dates) {
  expectText(Type::date(), {{"1970-01-01", "1970-01-01"},
                            {"2000-2-29", "2000-02-29"},
                            {"0000-02-29", "0000-02-29"},
                            {"-0043-03-15", "-0043-03-15"},
                            {"12345-06-07", "12345-06-07"},
                            {"5881580-07-11", "5881580-07-11"},
                            {"-5877641-06-23", "-5877641-06-23"}});
  expectRefused(Type::date(),
                {"", "1999-02-29", "1900-02-29", "1999-13-01", "1999-00-01", "1999-01-00", "1999-01-32", "1999-01",
                 "1999-01-01x", "5881580-07-12", "-5877641-06-22", "99999999-01-01", "1999/01/01"});
}

TEST(Value, TimesAndTimestamps) {
  expectText(Type::time(), {{"12:34", "12:34:00"},
                            {"1:02:03.5", "01:02:03.5"},
                            {"23:59:59.999999", "23:59:59.999999"},
                            {"00:00:00.1234567", "00:00:00.123456"},
                            {"24:00:00", "24:00:00"}});
  expectRefused(Type::time(), {"", "24:00:01", "12:60", "12:00:60", "12", "12:3", "12:00:00.", "-1:00"});
  expectText(Type::timestamp(), {{"1998-12-01", "1998-12-01 00:00:00"},
                                 {"1998-12-01T01:02:03.25", "1998-12-01 01:02:03.25"},
                                 {"1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999"},
                                 {"294247-01-10 04:00:54.775807", "294247-01-10 04:00:54.775807"},
                                 {"-290308-12-21 19:59:05.224192", "-290308-12-21 19:59:05.224192"}});
  expectRefused(Type::timestamp(), {"1998-12-01x", "294247-01-10 04:00:54.775808", "12:00:00", "1998-12-01T"});
}

TEST(Value, Intervals) {
  expectText(Type::interval(), {{"1 year 2 months 3 days", "1 year 2 months 3 days"},
                                {"90 day", "90 days"},
                                {"-1 mon", "-1 month"},
                                {"2 weeks", "14 days"},
                                {"1.5 hours", "01:30:00"},
                                {"3 days -04:05:06.7", "3 days -04:05:06.7"},
                                {"0 days", "00:00:00"},
                                {"250ms", "00:00:00.25"},
                                {"14 MONTHS", "1 year 2 months"},
                                {"-14 months", "-1 year -2 months"}});
  const Interval smallest{INT32_MIN, INT32_MIN, INT64_MIN};
  EXPECT_EQ(Value::interval(smallest).toString(),
            "-178956970 years -8 months -2147483648 days -2562047788:00:54.775808");
  EXPECT_EQ(Value::parse(Type::interval(), Value::interval(smallest).toString()).asInterval(), smallest);
  expectRefused(Type::interval(),
                {"", "1", "1 fortnight", "1.5 months", "day", "200000000 years", "04:05 1 day", "1 day x"});
}

TEST(Value, StringsAndBinary) {
  const Value text = Value::parse(Type::varchar(), " any text ");
  EXPECT_EQ(text.toString(), " any text ");
  EXPECT_EQ(Value::string(Type::binary(), std::string("\x00\xff", 2)).toString(), "\\x00ff");
  EXPECT_EQ(Value::parse(Type::binary(), "\\x00FF").asString(), std::string("\x00\xff", 2));
  expectRefused(Type::binary(), {"\\x0", "\\xzz"});
  const Value longText = Value::string(Type::varchar(), "longer than twelve bytes");
  alignas(16) std::byte stored[16];
  longText.store(stored);
  EXPECT_EQ(Value::load(Type::varchar(), stored), longText);
}

TEST(Value, NullsAreZeros) {
  const Value null = Value::null(Type::decimal(30, 2));
  EXPECT_TRUE(null.isNull());
  EXPECT_EQ(null.toString(), "NULL");
  Int128 stored = -1;
  null.store(&stored);
  EXPECT_TRUE(stored == 0);
}

TEST(NumberText, WideIntegers) {
  char text[kMaxNumberText];
  EXPECT_EQ(std::string(text, formatInteger(kInt128Minimum, text)), "-170141183460469231731687303715884105728");
  EXPECT_EQ(std::string(text, formatInteger(kInt128Maximum, text)), "170141183460469231731687303715884105727");
  EXPECT_EQ(std::string(text, formatInteger(0, text)), "0");
  EXPECT_EQ(std::string(text, formatInteger(powerOfTen(19) * 3, text)), "30000000000000000000");
}

}  // namespace
}  // namespace basalt
