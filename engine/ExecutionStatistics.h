#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace basalt {

struct OperatorStatistics {
  std::uint32_t id = 0;
  /// "HashJoin#3".
  std::string label;
  std::string path;
  /// Rows it produced, exact in both engines.
  std::uint64_t rowsProduced = 0;
  /// For a join without keys: how often its build side was looked through from the start, which is once per probe row
  /// that got there. Exact in both engines.
  std::optional<std::uint64_t> innerScans = {};
};

/// One engine's share of a pipeline.
struct EngineShare {
  std::uint64_t morsels = 0;
  /// Source rows, before the source's filter.
  std::uint64_t rows = 0;
  /// Summed over workers.
  double cpuMilliseconds = 0;

  double nanosecondsPerRow() const { return rows == 0 ? 0 : cpuMilliseconds * 1e6 / static_cast<double>(rows); }
};

struct PipelineStatistics {
  std::uint32_t id = 0;
  /// "Scan#4 > HashJoin#2 > HashAggregation#1".
  std::string description;
  std::uint64_t sourceRows = 0;
  /// Chunks of the table that zone maps ruled out.
  std::uint64_t chunksSkipped = 0;
  std::uint64_t chunksTotal = 0;
  /// What code was to expect of the table's columns, of which nothing was known: "l_tax in 1 byte", "l_flag of few
  /// values".
  std::vector<std::string> guesses;
  EngineShare interpreted;
  EngineShare compiled;
  /// From the start of the query.
  double startMilliseconds = 0;
  double endMilliseconds = 0;
  /// Time spent finishing the sink (table of a join, merging of groups, sorting), wall clock; and, before it starts, on
  /// finding the build rows that it reads.
  double finishMilliseconds = 0;
  /// 0 when the code came from a cache or none was made.
  double compileMilliseconds = 0;
  /// What reading and linking the code took where it came from the cache on disk.
  double loadMilliseconds = 0;
  std::uint64_t instructions = 0;
  std::uint64_t codeBytes = 0;
  /// What was decided about compiling and why: "code cached", "interpreted: 3 ms left cannot repay 8 ms of compiling",
  /// ...
  std::string tierReason;
  /// When the first compiled morsel began, if both engines ran: how many morsels were done before, and milliseconds.
  std::optional<std::uint64_t> switchedAfterMorsels;
  double switchMilliseconds = 0;
};

/// What a query did; final once its result has been read to the end or dropped.
struct ExecutionStatistics {
  std::uint64_t rows = 0;
  /// From execute() to the last row, compiling included where the query waited for it.
  double milliseconds = 0;
  /// All compiling that this query caused, on whatever thread.
  double compileMilliseconds = 0;
  std::uint64_t peakMemoryBytes = 0;
  std::vector<PipelineStatistics> pipelines;
  /// By OperatorStatistics::id.
  std::vector<OperatorStatistics> operators;
  /// Such as: a pipeline could not be compiled and stayed interpreted.
  std::vector<std::string> warnings;

  std::uint64_t interpretedMorsels() const;
  std::uint64_t compiledMorsels() const;
};

}  // namespace basalt
