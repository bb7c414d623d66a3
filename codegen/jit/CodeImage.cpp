#include "codegen/jit/CodeImage.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <llvm/ExecutionEngine/JITLink/x86_64.h>
#include <llvm/Support/Memory.h>

#include "codegen/Symbols.h"

namespace basalt::codegen {

namespace jitlink = llvm::jitlink;
using llvm::orc::ExecutorAddr;

namespace {

/// The beginning of a serialized image; the addresses and the code follow.
struct Header {
  std::uint64_t entry;
  std::uint64_t addressCount;
  std::uint64_t codeBytes;
};

class MappedCode final : public LoadedCode {
 public:
  MappedCode(llvm::sys::OwningMemoryBlock memory, std::uint64_t entry) : memory_(std::move(memory)), entry_(entry) {}
  ExecutorAddr entry() const noexcept override { return ExecutorAddr::fromPtr(memory_.base()) + entry_; }

 private:
  llvm::sys::OwningMemoryBlock memory_;
  std::uint64_t entry_;
};

/// Whether what the edge writes is the same wherever the code lies.
bool isRelative(const jitlink::Edge& edge) {
  switch (edge.getKind()) {
    case jitlink::x86_64::Pointer32:
    case jitlink::x86_64::Pointer32Signed:
    case jitlink::x86_64::Pointer16:
    case jitlink::x86_64::Pointer8:
      return false;
    default:
      return edge.getTarget().isDefined();
  }
}

std::optional<std::uint32_t> indexOfSymbol(llvm::StringRef name) {
  const auto symbols = exportedSymbols();
  const auto found = std::ranges::find(symbols, std::string_view(name), &Symbol::name);
  if (found == symbols.end()) return {};
  return static_cast<std::uint32_t>(found - symbols.begin());
}

}  // namespace

std::optional<CodeImage> CodeImage::of(jitlink::LinkGraph& graph, ExecutorAddr entry) {
  ExecutorAddr begin = entry;
  ExecutorAddr end = entry;
  for (const jitlink::Block* block : graph.blocks()) {
    const jitlink::Section& section = block->getSection();
    if (section.getMemLifetime() == llvm::orc::MemLifetime::NoAlloc) continue;
    if ((llvm::orc::toSysMemoryProtectionFlags(section.getMemProt()) & llvm::sys::Memory::MF_WRITE) != 0) return {};
    begin = std::min(begin, block->getAddress());
    end = std::max(end, block->getAddress() + block->getSize());
  }
  CodeImage image;
  image.code_.resize(end - begin);
  image.entry_ = entry - begin;
  for (const jitlink::Block* block : graph.blocks()) {
    if (block->getSection().getMemLifetime() == llvm::orc::MemLifetime::NoAlloc) continue;
    if (!image.addBlock(*block, begin)) return {};
  }
  // Blocks come in the order of their places in the linker's memory.
  std::ranges::sort(image.addresses_, {}, &Address::place);
  return image;
}

bool CodeImage::addBlock(const jitlink::Block& block, ExecutorAddr begin) {
  const std::uint64_t offset = block.getAddress() - begin;
  if (!block.isZeroFill()) std::ranges::copy(block.getContent(), code_.begin() + static_cast<std::ptrdiff_t>(offset));
  for (const jitlink::Edge& edge : block.edges()) {
    const jitlink::Symbol& target = edge.getTarget();
    if (!edge.isRelocation()) continue;
    if (edge.getKind() != jitlink::x86_64::Pointer64) {
      if (!isRelative(edge)) return false;
      continue;
    }
    Address address{static_cast<std::uint32_t>(offset + edge.getOffset()), kItself, edge.getAddend()};
    if (target.isDefined()) {
      address.addend += static_cast<std::int64_t>(target.getAddress() - begin);
    } else {
      const std::optional<std::uint32_t> symbol = indexOfSymbol(target.getName());
      if (!symbol) return false;
      address.symbol = *symbol;
    }
    // The address in this process has no meaning in another.
    std::memset(code_.data() + address.place, 0, sizeof(std::uint64_t));
    addresses_.push_back(address);
  }
  return true;
}

std::vector<char> CodeImage::serialize() const {
  const Header header{entry_, addresses_.size(), code_.size()};
  const std::size_t addressBytes = addresses_.size() * sizeof(Address);
  std::vector<char> bytes(sizeof(Header) + addressBytes + code_.size());
  std::memcpy(bytes.data(), &header, sizeof(Header));
  if (addressBytes > 0) std::memcpy(bytes.data() + sizeof(Header), addresses_.data(), addressBytes);
  std::ranges::copy(code_, bytes.end() - static_cast<std::ptrdiff_t>(code_.size()));
  return bytes;
}

std::optional<CodeImage> CodeImage::parse(std::span<const char> bytes) {
  Header header{};
  if (bytes.size() < sizeof(Header)) return {};
  std::memcpy(&header, bytes.data(), sizeof(Header));
  const std::span<const char> rest = bytes.subspan(sizeof(Header));
  if (header.codeBytes > rest.size() || (rest.size() - header.codeBytes) % sizeof(Address) != 0 ||
      (rest.size() - header.codeBytes) / sizeof(Address) != header.addressCount) {
    return {};
  }
  CodeImage image;
  image.entry_ = header.entry;
  image.addresses_.resize(header.addressCount);
  const std::size_t addressBytes = header.addressCount * sizeof(Address);
  if (addressBytes > 0) std::memcpy(image.addresses_.data(), rest.data(), addressBytes);
  image.code_.assign(rest.begin() + static_cast<std::ptrdiff_t>(addressBytes), rest.end());
  return image.isSound() ? std::optional(std::move(image)) : std::nullopt;
}

bool CodeImage::isSound() const {
  const std::size_t symbolCount = exportedSymbols().size();
  return entry_ < code_.size() && std::ranges::all_of(
                                      addresses_,
                                      [&](const Address& address) {
                                        return std::uint64_t{address.place} + sizeof(std::uint64_t) <= code_.size() &&
                                               (address.symbol == kItself || address.symbol < symbolCount);
                                      });
}

llvm::Expected<std::unique_ptr<LoadedCode>> CodeImage::load() const {
  using llvm::sys::Memory;
  std::error_code error;
  llvm::sys::OwningMemoryBlock memory(
      Memory::allocateMappedMemory(code_.size(), nullptr, Memory::MF_READ | Memory::MF_WRITE, error));
  if (error) return llvm::errorCodeToError(error);
  char* const base = static_cast<char*>(memory.base());
  std::ranges::copy(code_, base);
  for (const Address& address : addresses_) {
    const void* const target = address.symbol == kItself ? base : exportedSymbols()[address.symbol].address;
    const std::uint64_t value = ExecutorAddr::fromPtr(target).getValue() + static_cast<std::uint64_t>(address.addend);
    std::memcpy(base + address.place, &value, sizeof(value));
  }
  error = Memory::protectMappedMemory(memory.getMemoryBlock(), Memory::MF_READ | Memory::MF_EXEC);
  if (error) return llvm::errorCodeToError(error);
  return std::make_unique<MappedCode>(std::move(memory), entry_);
}

}  // namespace basalt::codegen
