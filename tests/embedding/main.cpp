#include <cstdio>
#include <string>

#include "runtime/types/Value.h"

int main() {
  const std::string text = basalt::Value::boolean(true).toString();
  std::puts(text.c_str());
  return text == "true" ? 0 : 1;
}
