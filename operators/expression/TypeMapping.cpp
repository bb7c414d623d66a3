#include "operators/expression/TypeMapping.h"

#include "operators/expression/Expression.h"

namespace basalt {

KernelType kernelTypeOf(Type type) noexcept {
  switch (type.id) {
    case TypeId::Boolean:
      return KernelType::Boolean;
    case TypeId::TinyInt:
      return KernelType::TinyInt;
    case TypeId::SmallInt:
      return KernelType::SmallInt;
    case TypeId::Integer:
      return KernelType::Integer;
    case TypeId::BigInt:
      return KernelType::BigInt;
    case TypeId::Real:
      return KernelType::Real;
    case TypeId::Double:
      return KernelType::Double;
    case TypeId::Decimal:
      return type.precision > Type::kMaxInt64Precision ? KernelType::Int128 : KernelType::BigInt;
    case TypeId::Date:
      return KernelType::Date;
    case TypeId::Time:
      return KernelType::Time;
    case TypeId::Timestamp:
      return KernelType::Timestamp;
    case TypeId::Interval:
      return KernelType::Interval;
    case TypeId::Varchar:
    case TypeId::Binary:
      return KernelType::Varchar;
  }
  return KernelType::Boolean;
}

KernelType kernelTypeOf(const Expression& expression) noexcept {
  return expression.kind == Expression::Kind::Prepared ? expression.preparedType : kernelTypeOf(expression.type);
}

std::optional<KernelType> integerOfWidth(unsigned bytes) noexcept {
  switch (bytes) {
    case 1:
      return KernelType::TinyInt;
    case 2:
      return KernelType::SmallInt;
    case 4:
      return KernelType::Integer;
    case 8:
      return KernelType::BigInt;
    default:
      return {};
  }
}

Type typeOf(KernelType type) noexcept {
  switch (type) {
    case KernelType::Boolean:
      return Type::boolean();
    case KernelType::TinyInt:
      return Type::tinyInt();
    case KernelType::SmallInt:
      return Type::smallInt();
    case KernelType::Integer:
      return Type::integer();
    case KernelType::Hash:
    case KernelType::BigInt:
    case KernelType::LikePattern:
    case KernelType::RegularExpression:
    case KernelType::ValueSet:
    case KernelType::Dictionary:
      return Type::bigInt();
    case KernelType::Int128:
      return Type::decimal(Type::kMaxPrecision, 0);
    case KernelType::Real:
      return Type::real();
    case KernelType::Double:
      return Type::doublePrecision();
    case KernelType::Date:
      return Type::date();
    case KernelType::Time:
      return Type::time();
    case KernelType::Timestamp:
      return Type::timestamp();
    case KernelType::Interval:
      return Type::interval();
    case KernelType::Varchar:
      return Type::varchar();
  }
  return Type::boolean();
}

std::string_view lowerCaseName(KernelType type) noexcept {
  switch (type) {
    case KernelType::Boolean:
      return "boolean";
    case KernelType::TinyInt:
      return "tinyint";
    case KernelType::SmallInt:
      return "smallint";
    case KernelType::Integer:
      return "integer";
    case KernelType::BigInt:
      return "bigint";
    case KernelType::Int128:
      return "int128";
    case KernelType::Real:
      return "real";
    case KernelType::Double:
      return "double";
    case KernelType::Date:
      return "date";
    case KernelType::Time:
      return "time";
    case KernelType::Timestamp:
      return "timestamp";
    case KernelType::Interval:
      return "interval";
    case KernelType::Varchar:
      return "varchar";
    case KernelType::Hash:
      return "hash";
    case KernelType::LikePattern:
      return "likepattern";
    case KernelType::RegularExpression:
      return "regularexpression";
    case KernelType::ValueSet:
      return "valueset";
    case KernelType::Dictionary:
      return "dictionary";
  }
  return "unknown";
}

}  // namespace basalt
