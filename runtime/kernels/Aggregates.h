#pragma once

/// Aggregate functions. `update` is called for values that are not NULL, `merge` takes in what another worker or a
/// spilled partition collected, `finalise` writes the result and returns false when it is NULL. States are plain bytes
/// that may be moved.
#include "runtime/kernels/BoundedSumAggregates.h"
#include "runtime/kernels/CountAggregates.h"
#include "runtime/kernels/FoldAggregates.h"
#include "runtime/kernels/MinMaxAggregates.h"
#include "runtime/kernels/SumAggregates.h"
#include "runtime/kernels/TextAggregates.h"
#include "runtime/kernels/VarianceAggregates.h"
