#include "operators/plan/JsonReading.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace basalt::jsonreading {

namespace {

std::string_view typeName(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "an array";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::boolean:
      return "a boolean";
    default:
      return "a number";
  }
}

std::string lineAndColumn(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t lineStart = before.rfind('\n') + 1;  // npos + 1 is 0: the first line
  const auto column = 1 + std::ranges::count_if(before.substr(lineStart), [](char character) {
                        return (static_cast<unsigned char>(character) & 0xC0U) != 0x80U;
                      });
  return fmt::format("line {}, column {}", line, column);
}

/// The library's message without its own prefix and position, which the place states.
std::string syntaxMessage(const Json::parse_error& error) {
  std::string_view message = error.what();
  constexpr std::string_view kPositionEnd = ": ";
  if (const std::size_t prefix = message.find(kPositionEnd); prefix != std::string_view::npos) {
    message.remove_prefix(prefix + kPositionEnd.size());
  }
  return std::string(message);
}

}  // namespace

std::string Place::path() const {
  std::vector<const Place*> chain;
  for (const Place* place = this; place != nullptr; place = place->parent_) {
    chain.push_back(place);
  }
  std::string text(chain.back()->name_);
  for (auto place = chain.rbegin() + 1; place != chain.rend(); ++place) {
    text += (*place)->index_ == kNoIndex ? fmt::format(".{}", (*place)->name_) : fmt::format("[{}]", (*place)->index_);
  }
  return text;
}

ExecutionError errorAt(const Place& place, std::string message) {
  return {ErrorCode::InvalidPlan, place.path(), std::move(message)};
}

Json parseDocument(std::string_view text) {
  std::vector<std::set<std::string>> fieldsOfOpenObjects;
  const auto rejectDuplicates = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) {
      fieldsOfOpenObjects.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      fieldsOfOpenObjects.pop_back();
    } else if (event == Json::parse_event_t::key) {
      const auto& name = parsed.get_ref<const std::string&>();
      if (!fieldsOfOpenObjects.back().insert(name).second) {
        throw ExecutionError(ErrorCode::InvalidPlan, "$", fmt::format("an object has this field twice: \"{}\"", name));
      }
    }
    return true;
  };
  try {
    return Json::parse(text, rejectDuplicates);
  } catch (const Json::parse_error& error) {
    // `byte` counts from 1 and is the last byte read.
    throw ExecutionError(ErrorCode::InvalidPlan, lineAndColumn(text, error.byte == 0 ? 0 : error.byte - 1),
                         fmt::format("this is not valid JSON: {}", syntaxMessage(error)));
  } catch (const Json::exception& error) {
    throw ExecutionError(ErrorCode::InvalidPlan, "$", fmt::format("this JSON cannot be read: {}", error.what()));
  }
}

void checkObject(const Json& value, const Place& place, std::initializer_list<std::string_view> allowed) {
  if (!value.is_object()) {
    throw wrongType(value, place, "an object");
  }
  for (const auto& item : value.items()) {
    if (std::ranges::find(allowed, item.key()) == allowed.end()) {
      throw errorAt(place, fmt::format("unknown field; allowed here are {}; found: \"{}\"", fmt::join(allowed, ", "),
                                       item.key()));
    }
  }
}

const Json& requiredField(const Json& object, const Place& place, std::string_view name) {
  if (const Json* field = optionalField(object, name)) {
    return *field;
  }
  throw errorAt(place, fmt::format("a required field is missing: \"{}\"", name));
}

const Json* optionalField(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string readString(const Json& value, const Place& place) {
  if (!value.is_string()) {
    throw wrongType(value, place, "a string");
  }
  return value.get<std::string>();
}

bool readBoolean(const Json& value, const Place& place) {
  if (!value.is_boolean()) {
    throw wrongType(value, place, "true or false");
  }
  return value.get<bool>();
}

std::uint64_t readUnsigned(const Json& value, const Place& place) {
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>();
  }
  if (value.is_number()) {
    throw errorAt(place, fmt::format("expected a whole number from 0 to {}; found: {}", UINT64_MAX, value.dump()));
  }
  throw wrongType(value, place, "a whole number");
}

const Json& readArray(const Json& value, const Place& place) {
  if (!value.is_array()) {
    throw wrongType(value, place, "an array");
  }
  return value;
}

std::vector<std::string> readStrings(const Json& value, const Place& place) {
  std::vector<std::string> strings;
  for (const Json& element : readArray(value, place)) {
    strings.push_back(readString(element, place.element(strings.size())));
  }
  return strings;
}

ExecutionError wrongType(const Json& value, const Place& place, std::string_view expected) {
  return errorAt(place, fmt::format("expected {} but found {}", expected, typeName(value)));
}

}  // namespace basalt::jsonreading
