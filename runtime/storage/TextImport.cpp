#include "runtime/storage/TextImport.h"

#include <algorithm>
#include <mutex>

#include "runtime/ExecutionError.h"
#include "runtime/scheduler/ParallelFor.h"
#include "runtime/storage/Identifier.h"
#include "runtime/storage/MappedFile.h"
#include "runtime/storage/TableWriter.h"
#include "runtime/storage/TextRecords.h"

namespace basalt {

namespace {

struct Job {
  std::filesystem::path file;
  TextFormat format;
  const TableDefinition* table;
};

/// Finds each file's table, before any work is done.
std::vector<Job> planJobs(std::span<const TableDefinition> tables, std::span<const std::filesystem::path> files) {
  std::vector<Job> jobs;
  for (const std::filesystem::path& file : files) {
    const std::string extension = file.extension().string();
    const std::string stem = file.stem().string();
    if (extension != ".tbl" && extension != ".csv") {
      throw ExecutionError(ErrorCode::InvalidUsage, file.string(), "expected a file named <table>.tbl or <table>.csv");
    }
    const auto table =
        std::ranges::find_if(tables, [&](const TableDefinition& each) { return isSameIdentifier(each.name, stem); });
    if (table == tables.end()) {
      throw ExecutionError(ErrorCode::InvalidUsage, file.string(), "the schema has no table named " + stem);
    }
    if (std::ranges::any_of(jobs, [&](const Job& job) { return job.table == &*table; })) {
      throw ExecutionError(ErrorCode::InvalidUsage, file.string(), "a second file for table " + table->name);
    }
    jobs.push_back({file, extension == ".csv" ? TextFormat::Csv : TextFormat::Bars, &*table});
  }
  return jobs;
}

ImportedTable run(const Job& job, const std::filesystem::path& storeDirectory, const ImportOptions& options) {
  const MappedFile file(job.file, MappedFile::Access::Sequential);
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());  // NOLINT
  TableWriter writer(storeDirectory, job.table->name, job.table->schema);
  const TextRecords records(job.file.string(), text, job.format, writer.schema());
  std::mutex progressMutex;
  std::uint64_t bytesDone = 0;
  parallelFor(records.partCount(), options.threads, [&](std::size_t part) {
    ChunkBuffer chunk(writer.schema());
    records.read(part, chunk);
    writer.stage(part, chunk);
    if (options.progress) {
      const std::lock_guard lock(progressMutex);
      bytesDone += records.part(part).size();
      options.progress({job.table->name, bytesDone, file.size()});
    }
  });
  ImportedTable imported{job.table->name, writer.rowCount(), file.size(), 0};
  imported.storedBytes = writer.finish(options.threads);
  return imported;
}

}  // namespace

std::vector<ImportedTable> importText(std::span<const TableDefinition> tables,
                                      std::span<const std::filesystem::path> files,
                                      const std::filesystem::path& storeDirectory, const ImportOptions& options) {
  std::vector<ImportedTable> imported;
  for (const Job& job : planJobs(tables, files)) {
    imported.push_back(run(job, storeDirectory, options));
  }
  return imported;
}

std::vector<ImportedTable> importText(const std::filesystem::path& schemaFile,
                                      std::span<const std::filesystem::path> files,
                                      const std::filesystem::path& storeDirectory, const ImportOptions& options) {
  return importText(readSchemaFile(schemaFile), files, storeDirectory, options);
}

}  // namespace basalt
