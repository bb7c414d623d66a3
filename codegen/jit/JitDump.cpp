#include "codegen/jit/JitDump.h"

#include <cerrno>
#include <ctime>
#include <span>

#include <fcntl.h>
#include <llvm/BinaryFormat/ELF.h>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Object/SymbolSize.h>
#include <sys/mman.h>
#include <unistd.h>

namespace basalt::codegen {

namespace {

constexpr std::uint32_t kMagic = 0x4A695444;
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kHeaderBytes = 40;

enum class RecordId : std::uint32_t { CodeLoad = 0, DebugInfo = 2 };

llvm::Error systemFailure(const std::string& what) {
  const std::error_code error(errno, std::generic_category());
  return llvm::createStringError(error, what + ": " + error.message());
}

/// perf's clock, when it is told `-k mono`.
std::uint64_t nanoseconds() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

template <typename T>
void append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));  // NOLINT(*-reinterpret-cast)
}

void appendText(std::string& bytes, const std::string& text) { bytes.append(text.c_str(), text.size() + 1); }

/// A record of the file: its head and `body`.
std::string recordOf(RecordId id, const std::string& body) {
  std::string record;
  append(record, id);
  append(record,
         static_cast<std::uint32_t>(sizeof(RecordId) + sizeof(std::uint32_t) + sizeof(std::uint64_t) + body.size()));
  append(record, nanoseconds());
  return record + body;
}

/// A function within an object file.
struct Function {
  llvm::object::SectionedAddress address;
  std::uint64_t size = 0;
};

llvm::Expected<Function> find(const llvm::object::ObjectFile& object, const std::string& name) {
  for (const auto& [symbol, size] : llvm::object::computeSymbolSizes(object)) {
    llvm::Expected<llvm::StringRef> symbolName = symbol.getName();
    if (!symbolName) return symbolName.takeError();
    if (*symbolName != name) continue;
    llvm::Expected<std::uint64_t> address = symbol.getAddress();
    if (!address) return address.takeError();
    llvm::Expected<llvm::object::section_iterator> section = symbol.getSection();
    if (!section) return section.takeError();
    return Function{{*address, (*section)->getIndex()}, size};
  }
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "the object has no function " + name);
}

std::string debugInfo(const llvm::object::ObjectFile& object, const Function& function, std::uint64_t code) {
  const auto context = llvm::DWARFContext::create(object);
  const llvm::DILineInfoTable lines = context->getLineInfoForAddressRange(
      function.address, function.size, {llvm::DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath});
  std::string body;
  append(body, code);
  append(body, std::uint64_t{lines.size()});
  for (const auto& [address, line] : lines) {
    append(body, code + (address - function.address.Address));
    append(body, line.Line);
    append(body, std::uint32_t{0});
    appendText(body, line.FileName);
  }
  return recordOf(RecordId::DebugInfo, body);
}

std::string codeLoad(const std::string& name, const void* code, std::uint64_t size, std::uint64_t index) {
  std::string body;
  append(body, static_cast<std::uint32_t>(getpid()));
  append(body, static_cast<std::uint32_t>(gettid()));
  const auto address = reinterpret_cast<std::uint64_t>(code);  // NOLINT(*-reinterpret-cast)
  append(body, address);
  append(body, address);
  append(body, size);
  append(body, index);
  appendText(body, name);
  body.append(static_cast<const char*>(code), size);
  return recordOf(RecordId::CodeLoad, body);
}

}  // namespace

llvm::Expected<std::unique_ptr<JitDump>> JitDump::create(const std::filesystem::path& folder) {
  const std::string path = (folder / ("jit-" + std::to_string(getpid()) + ".dump")).string();
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return systemFailure("cannot write " + path);
  std::unique_ptr<JitDump> dump(new JitDump(descriptor));
  if (llvm::Error error = dump->start()) return error;
  return dump;
}

llvm::Error JitDump::start() {
  std::string header;
  append(header, kMagic);
  append(header, kVersion);
  append(header, kHeaderBytes);
  append(header, std::uint32_t{llvm::ELF::EM_X86_64});
  append(header, std::uint32_t{0});
  append(header, static_cast<std::uint32_t>(getpid()));
  append(header, nanoseconds());
  append(header, std::uint64_t{0});
  if (llvm::Error error = write(header)) return error;
  void* marker = mmap(nullptr, static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), PROT_READ | PROT_EXEC, MAP_PRIVATE,
                      descriptor_, 0);
  if (marker == MAP_FAILED) return systemFailure("cannot map the jitdump");
  marker_ = marker;
  return llvm::Error::success();
}

JitDump::~JitDump() {
  if (marker_ != nullptr) munmap(marker_, static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
  close(descriptor_);
}

llvm::Error JitDump::add(const llvm::MemoryBuffer& object, const std::string& name, const void* code) {
  auto parsed = llvm::object::ObjectFile::createObjectFile(object.getMemBufferRef());
  if (!parsed) return parsed.takeError();
  llvm::Expected<Function> function = find(**parsed, name);
  if (!function) return function.takeError();
  const std::scoped_lock lock(mutex_);
  // Lines come ahead of the code that they are of.
  const std::string lines = debugInfo(**parsed, *function, reinterpret_cast<std::uint64_t>(code));  // NOLINT
  return write(lines + codeLoad(name, code, function->size, functions_++));
}

llvm::Error JitDump::write(const std::string& bytes) {
  std::span<const char> rest(bytes);
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) return systemFailure("cannot write the jitdump");
    rest = rest.subspan(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return llvm::Error::success();
}

}  // namespace basalt::codegen
