#include "codegen/jit/DiskCache.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <span>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "runtime/ExecutionError.h"

namespace basalt::codegen {

namespace {

constexpr std::array<char, 8> kMagic = {'B', 'A', 'S', 'C', 'O', 'D', 'E', '2'};
constexpr std::string_view kSuffix = ".code";
/// Room that eviction makes, so that it does not run with every file.
constexpr double kShareKept = 0.75;
/// The time of a file tells later processes the order of use; to write it with every use would take as long as loading.
constexpr std::time_t kSecondsBetweenTouches = 3600;

/// The beginning of a file; the key and the object follow.
struct Header {
  std::array<char, 8> magic;
  /// XXH3 of all that follows it.
  XXH128_hash_t checksum;
  std::uint64_t keyBytes;
  std::uint64_t objectBytes;
  std::uint64_t instructions;
  double compileMilliseconds;
};
constexpr std::size_t kCheckedFrom = offsetof(Header, keyBytes);

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (isOpen()) ::close(number_);
  }
  bool isOpen() const { return number_ >= 0; }
  int get() const { return number_; }

 private:
  int number_;
};

std::string fileName(const std::string& key) {
  const XXH128_hash_t hash = XXH3_128bits(key.data(), key.size());
  return fmt::format("{:016x}{:016x}{}", hash.high64, hash.low64, kSuffix);
}

/// Whether only this user can have written it.
bool isPrivate(const struct stat& status) {
  return status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

bool readFully(int file, std::span<char> target) {
  while (!target.empty()) {
    const ssize_t count = ::read(file, target.data(), target.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    target = target.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

bool writeFully(int file, std::span<const char> source) {
  while (!source.empty()) {
    const ssize_t count = ::write(file, source.data(), source.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    source = source.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

bool isIntact(std::span<const char> file, const Header& header, const std::string& key) {
  if (header.magic != kMagic || header.keyBytes != key.size()) return false;
  if (header.objectBytes != file.size() - sizeof(Header) - key.size()) return false;
  if (std::memcmp(file.data() + sizeof(Header), key.data(), key.size()) != 0) return false;
  const std::span<const char> checked = file.subspan(kCheckedFrom);
  return XXH128_isEqual(XXH3_128bits(checked.data(), checked.size()), header.checksum) != 0;
}

}  // namespace

DiskCache::DiskCache(std::filesystem::path folder, std::uint64_t maxBytes)
    : folder_(std::move(folder)), maxBytes_(maxBytes) {
  const auto fail = [&](std::string_view reason) {
    throw ExecutionError(ErrorCode::InputOutput, folder_.string(), fmt::format("cannot keep code here: {}", reason));
  };
  std::error_code error;
  if (folder_.has_parent_path()) std::filesystem::create_directories(folder_.parent_path(), error);
  if (::mkdir(folder_.c_str(), S_IRWXU) != 0 && errno != EEXIST)
    fail(std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  struct stat status{};
  if (::stat(folder_.c_str(), &status) != 0) fail(std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  if (!S_ISDIR(status.st_mode)) fail("it is no folder");
  if (!isPrivate(status)) fail("the folder must belong to you and be writable by nobody else (chmod 700)");
  listFiles();
}

void DiskCache::listFiles() {
  struct Found {
    std::string name;
    std::uint64_t bytes;
    std::filesystem::file_time_type time;
  };
  std::vector<Found> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(kSuffix) || !entry.is_regular_file(error)) continue;
    const std::uint64_t bytes = entry.file_size(error);
    if (!error) found.push_back({name, bytes, entry.last_write_time(error)});
  }
  std::ranges::sort(found, {}, &Found::time);
  for (Found& file : found) {
    bytes_ += file.bytes;
    files_[std::move(file.name)] = {file.bytes, nextUse_++};
  }
}

bool DiskCache::contains(const std::string& key) const {
  const std::scoped_lock lock(mutex_);
  return files_.contains(fileName(key));
}

std::optional<DiskCache::Object> DiskCache::load(const std::string& key) {
  const std::string name = fileName(key);
  // Another process may have stored it since the folder was listed, so the disk decides.
  const FileDescriptor file(::open(pathOf(name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.isOpen()) return {};
  struct stat status{};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || !isPrivate(status)) return {};
  std::vector<char> bytes(static_cast<std::size_t>(status.st_size));
  Header header{};
  const bool isWhole = bytes.size() >= sizeof(Header) + key.size() && readFully(file.get(), bytes);
  if (isWhole) std::memcpy(&header, bytes.data(), sizeof(Header));
  if (!isWhole || !isIntact(bytes, header, key)) {
    ::unlink(pathOf(name).c_str());
    forget(name);
    return {};
  }
  if (std::time(nullptr) - status.st_mtime > kSecondsBetweenTouches) ::futimens(file.get(), nullptr);
  {
    const std::scoped_lock lock(mutex_);
    File& known = files_[name];
    bytes_ += bytes.size() - known.bytes;
    known = {bytes.size(), nextUse_++};
  }
  bytes.erase(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(header.objectBytes));
  return Object{std::move(bytes), header.instructions, header.compileMilliseconds};
}

void DiskCache::store(const std::string& key, const Object& object) {
  std::vector<char> bytes(sizeof(Header) + key.size() + object.bytes.size());
  Header header{kMagic, {}, key.size(), object.bytes.size(), object.instructions, object.compileMilliseconds};
  std::memcpy(bytes.data(), &header, sizeof(Header));
  std::ranges::copy(key, bytes.begin() + sizeof(Header));
  std::ranges::copy(object.bytes, bytes.begin() + static_cast<std::ptrdiff_t>(sizeof(Header) + key.size()));
  header.checksum = XXH3_128bits(bytes.data() + kCheckedFrom, bytes.size() - kCheckedFrom);
  std::memcpy(bytes.data(), &header, sizeof(Header));

  const std::string name = fileName(key);
  std::string temporary = pathOf(name + ".XXXXXX");
  const FileDescriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.isOpen()) return;
  // The name must not be there before the bytes are.
  const bool isStored = writeFully(file.get(), bytes) && ::fsync(file.get()) == 0 &&
                        ::rename(temporary.c_str(), pathOf(name).c_str()) == 0;
  if (!isStored) {
    ::unlink(temporary.c_str());
    return;
  }
  const std::scoped_lock lock(mutex_);
  File& known = files_[name];
  bytes_ += bytes.size() - known.bytes;
  known = {bytes.size(), nextUse_++};
  evict();
}

void DiskCache::forget(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = files_.find(name); found != files_.end()) {
    bytes_ -= found->second.bytes;
    files_.erase(found);
  }
}

void DiskCache::evict() {
  if (bytes_ <= maxBytes_) return;
  std::vector<std::pair<std::uint64_t, std::string>> byUse;
  for (const auto& [name, file] : files_) byUse.emplace_back(file.lastUse, name);
  std::ranges::sort(byUse);
  const auto kept = static_cast<std::uint64_t>(static_cast<double>(maxBytes_) * kShareKept);
  for (const auto& [lastUse, name] : byUse) {
    if (bytes_ <= kept) break;
    ::unlink(pathOf(name).c_str());
    bytes_ -= files_.at(name).bytes;
    files_.erase(name);
  }
}

}  // namespace basalt::codegen
