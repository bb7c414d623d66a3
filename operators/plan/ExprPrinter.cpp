#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include "operators/plan/Expr.h"
#include "operators/plan/IntervalText.h"
#include "operators/plan/SqlSyntax.h"

namespace basalt {

namespace {

using namespace sqlsyntax;

std::string quote(std::string_view text, char mark) {
  std::string result(1, mark);
  for (const char character : text) {
    result.append(character == mark ? 2 : 1, character);
  }
  result.push_back(mark);
  return result;
}

std::string columnName(std::string_view name) { return isPlainColumnName(name) ? std::string(name) : quote(name, '"'); }

std::string functionName(std::string_view name) {
  // Between parentheses these have a syntax of their own.
  const bool isSpecial = name == "position" || name == "try_cast";
  return isPlainName(name) && lowerCase(name) == name && !isSpecial ? std::string(name) : quote(name, '"');
}

/// The text of a number as it stands in an expression, when reading it gives back the same value and type.
std::string plainNumber(const Value& value) {
  std::string text;
  if (value.type().id == TypeId::Double) {
    std::array<char, 40> buffer{};
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value.asDouble(), std::chars_format::scientific);
    text.assign(buffer.data(), end);
  } else {
    text = value.toString();
  }
  const bool isNegative = text.starts_with('-');
  const std::string_view digits = std::string_view(text).substr(isNegative ? 1 : 0);
  const bool isNumber = !digits.empty() && digits.front() >= '0' && digits.front() <= '9';
  return isNumber && numericLiteral(digits, isNegative) == value ? text : std::string();
}

std::string literalToSql(const Value& value) {
  const Type type = value.type();
  if (value.isNull()) {
    return type == Type::boolean() ? "null" : fmt::format("cast(null as {})", toString(type));
  }
  if (type.id == TypeId::Boolean) {
    return value.asBool() ? "true" : "false";
  }
  if (type.id == TypeId::Varchar) {
    return quote(value.asString(), '\'');
  }
  if (type.id == TypeId::Interval) {
    return intervalToSql(value.asInterval());
  }
  if (type.isNumeric()) {
    if (std::string text = plainNumber(value); !text.empty()) {
      return text;
    }
  }
  return fmt::format("{} {}", toString(type), quote(value.toString(), '\''));
}

class Printer {
 public:
  std::string take() { return std::move(text_); }

  /// Appends `expression`, in parentheses when it binds looser than `context`.
  void print(const Expr& expression, int context) {
    switch (expression.kind()) {
      case Expr::Kind::Column:
        text_ += columnName(expression.name());
        return;
      case Expr::Kind::Literal:
        text_ += literalToSql(expression.literal());
        return;
      case Expr::Kind::Cast:
      case Expr::Kind::TryCast:
        text_ += expression.kind() == Expr::Kind::Cast ? "cast(" : "try_cast(";
        print(expression.arguments().front(), kOr);
        text_ += fmt::format(" as {})", toString(expression.targetType()));
        return;
      case Expr::Kind::Call:
        break;
    }
    const int precedence = precedenceOf(expression);
    if (precedence < context) {
      text_ += '(';
      printCall(expression);
      text_ += ')';
    } else {
      printCall(expression);
    }
  }

 private:
  static bool isIn(const Expr& expression) { return expression.name() == "in" && expression.arguments().size() >= 2; }
  /// "like" or "ilike"; empty for others.
  static std::string_view likeKeyword(const Expr& expression) {
    const std::string& name = expression.name();
    const std::string_view escape = expression.arguments().size() == 3 ? "_escape" : "";
    if (expression.arguments().size() == 2 || !escape.empty()) {
      for (const std::string_view keyword : {"like", "ilike"}) {
        if (name.starts_with(keyword) && name.substr(keyword.size()) == escape) {
          return keyword;
        }
      }
    }
    return "";
  }
  static bool isLike(const Expr& expression) { return !likeKeyword(expression).empty(); }
  static bool isExtract(const Expr& expression) {
    const std::string_view name = expression.name();
    return expression.arguments().size() == 1 && name.starts_with(kExtractPrefix) &&
           functionName(name.substr(kExtractPrefix.size())) == name.substr(kExtractPrefix.size());
  }
  static bool isBetween(const Expr& expression) {
    return expression.name() == "between" && expression.arguments().size() == 3;
  }
  static bool isCase(const Expr& expression) {
    return expression.name() == "case" && expression.arguments().size() >= 3 && expression.arguments().size() % 2 == 1;
  }
  static std::string_view isTest(const Expr& expression) {
    const std::string& name = expression.name();
    const std::size_t count = expression.arguments().size();
    if (count == 1) {
      return name == "is_null" ? " is null" : name == "is_not_null" ? " is not null" : "";
    }
    if (count == 2) {
      return name == "is_distinct_from"       ? " is distinct from "
             : name == "is_not_distinct_from" ? " is not distinct from "
                                              : "";
    }
    return "";
  }
  static const BinaryOperator* binaryOperator(const Expr& expression) {
    if (expression.arguments().size() != 2) {
      return nullptr;
    }
    const auto found = std::ranges::find(kBinaryOperators, expression.name(), &BinaryOperator::function);
    return found == kBinaryOperators.end() ? nullptr : &*found;
  }

  static int precedenceOf(const Expr& call) {
    const std::size_t count = call.arguments().size();
    if (const BinaryOperator* binary = binaryOperator(call)) {
      return binary->precedence;
    }
    if (count >= 2 && (call.name() == "and" || call.name() == "or")) {
      return call.name() == "and" ? kAnd : kOr;
    }
    if (count == 1 && call.name() == "not") {
      return kNot;
    }
    if (count == 1 && call.name() == "negate") {
      return kUnary;
    }
    return isIn(call) || isLike(call) || isBetween(call) || !isTest(call).empty() ? kComparison : kPrimary;
  }

  void printCall(const Expr& call) {
    const std::vector<Expr>& arguments = call.arguments();
    if (const BinaryOperator* binary = binaryOperator(call)) {
      // Comparisons do not chain, so neither side may be one; the other operators associate to the left.
      print(arguments[0], binary->precedence == kComparison ? kOperand : static_cast<int>(binary->precedence));
      text_ += fmt::format(" {} ", binary->symbol);
      print(arguments[1], binary->precedence + 1);
      return;
    }
    switch (precedenceOf(call)) {
      case kAnd:
        printList(arguments, " and ", kNot);
        return;
      case kOr:
        printList(arguments, " or ", kAnd);
        return;
      case kNot:
        printNot(arguments.front());
        return;
      case kUnary:
        printNegation(arguments.front());
        return;
      case kComparison:
        printPredicate(call, "");
        return;
      default:
        break;
    }
    if (isCase(call)) {
      printCase(arguments);
      return;
    }
    if (isExtract(call)) {
      text_ += fmt::format("extract({} from ", call.name().substr(kExtractPrefix.size()));
      print(arguments.front(), kOr);
      text_ += ')';
      return;
    }
    text_ += functionName(call.name()) + "(";
    printList(arguments, ", ", kOr);
    text_ += ')';
  }

  void printList(const std::vector<Expr>& expressions, std::string_view separator, int context) {
    for (std::size_t index = 0; index < expressions.size(); ++index) {
      text_ += index == 0 ? "" : separator;
      print(expressions[index], context);
    }
  }

  void printNot(const Expr& argument) {
    if (argument.kind() == Expr::Kind::Call && (isIn(argument) || isLike(argument) || isBetween(argument))) {
      printPredicate(argument, "not ");
      return;
    }
    text_ += "not ";
    print(argument, kNot);
  }

  void printNegation(const Expr& argument) {
    text_ += '-';
    const std::size_t start = text_.size();
    print(argument, kUnary);
    // "-5" would be read as a literal and "--" is a comment in SQL.
    const char first = text_[start];
    if (first == '-' || (first >= '0' && first <= '9')) {
      text_.insert(start, 1, '(');
      text_ += ')';
    }
  }

  void printPredicate(const Expr& call, std::string_view negation) {
    const std::vector<Expr>& arguments = call.arguments();
    print(arguments.front(), kOperand);
    if (isIn(call)) {
      text_ += fmt::format(" {}in (", negation);
      printList({arguments.begin() + 1, arguments.end()}, ", ", kOr);
      text_ += ')';
    } else if (isLike(call)) {
      text_ += fmt::format(" {}{} ", negation, likeKeyword(call));
      print(arguments[1], kOperand);
      if (arguments.size() == 3) {
        text_ += " escape ";
        print(arguments[2], kOperand);
      }
    } else if (isBetween(call)) {
      text_ += fmt::format(" {}between ", negation);
      print(arguments[1], kOperand);
      text_ += " and ";
      print(arguments[2], kOperand);
    } else {
      text_ += isTest(call);
      if (arguments.size() == 2) {
        print(arguments[1], kOperand);
      }
    }
  }

  void printCase(const std::vector<Expr>& arguments) {
    text_ += "case";
    for (std::size_t index = 0; index + 1 < arguments.size(); index += 2) {
      text_ += " when ";
      print(arguments[index], kOr);
      text_ += " then ";
      print(arguments[index + 1], kOr);
    }
    text_ += " else ";
    print(arguments.back(), kOr);
    text_ += " end";
  }

  std::string text_;
};

}  // namespace

std::string Expr::toSql() const {
  Printer printer;
  printer.print(*this, kOr);
  return printer.take();
}

}  // namespace basalt
