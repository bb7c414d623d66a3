#pragma once

/// Every kernel, prelude function and aggregate of runtime/kernels: what codegen/bindgen reads.
#include "runtime/kernels/Aggregates.h"
#include "runtime/kernels/Arithmetic.h"
#include "runtime/kernels/Compare.h"
#include "runtime/kernels/DateTime.h"
#include "runtime/kernels/Decimal.h"
#include "runtime/kernels/Hash.h"
#include "runtime/kernels/Like.h"
#include "runtime/kernels/Logic.h"
#include "runtime/kernels/NumericCast.h"
#include "runtime/kernels/SortKey.h"
#include "runtime/kernels/Text.h"
#include "runtime/kernels/TextCast.h"
