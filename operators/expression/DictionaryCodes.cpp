#include "operators/expression/DictionaryCodes.h"

#include <utility>

#include "operators/expression/ExpressionFactory.h"

namespace basalt {

ExpressionPointer decode(ExpressionPointer codes, const std::shared_ptr<const Dictionary>& dictionary) {
  const std::string text = codes->text;
  std::vector<ExpressionPointer> arguments{std::move(codes),
                                           makePrepared(KernelType::Dictionary, dictionary, "dictionary of " + text)};
  return makeCall("decode", dictionary->type, std::move(arguments), text, {});
}

Schema withoutCodes(const Schema& schema) {
  Schema result;
  for (Field field : schema) {
    if (field.dictionary) field.type = std::exchange(field.dictionary, nullptr)->type;
    result.append(std::move(field));
  }
  return result;
}

bool isDecoding(const Expression& value) noexcept {
  if (value.kind != Expression::Kind::Call || value.arguments.size() != 2) return false;
  const Expression& last = *value.arguments.back();
  return last.kind == Expression::Kind::Prepared && last.preparedType == KernelType::Dictionary;
}

PassedValue passOn(const ExpressionPointer& value) {
  if (!isDecoding(*value)) return {value, nullptr};
  return {value->arguments.front(), std::static_pointer_cast<const Dictionary>(value->arguments.back()->prepared)};
}

}  // namespace basalt
