#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <llvm/ExecutionEngine/JITLink/JITLink.h>
#include <llvm/Support/Error.h>

namespace basalt::codegen {

/// Machine code in memory, unmapped at its end; nobody may be inside then.
class LoadedCode {
 public:
  LoadedCode() = default;
  LoadedCode(const LoadedCode&) = delete;
  LoadedCode& operator=(const LoadedCode&) = delete;
  virtual ~LoadedCode() = default;
  virtual llvm::orc::ExecutorAddr entry() const noexcept = 0;
};

/// Linked code and its constants as they lie in memory, wherever that is: within the image all is relative, and what
/// depends on the process are some places of 8 bytes. So loading it takes no linker, only a copy. Holds indices into
/// exportedSymbols(), hence is good for the build that made it.
class CodeImage {
 public:
  /// The image of a graph whose blocks have their addresses and their final contents; `entry` is the address of the
  /// function. Nothing when some instruction depends on where the code lies, or when code could write to the image.
  static std::optional<CodeImage> of(llvm::jitlink::LinkGraph& graph, llvm::orc::ExecutorAddr entry);
  /// From bytes of serialize(); nothing when they are of no image.
  static std::optional<CodeImage> parse(std::span<const char> bytes);

  std::vector<char> serialize() const;
  /// A copy of the code in memory that can be run and not be written.
  llvm::Expected<std::unique_ptr<LoadedCode>> load() const;

 private:
  /// 8 bytes of code that are the address of a symbol, or one within the image (kItself), plus `addend`.
  struct Address {
    std::uint32_t place;
    std::uint32_t symbol;
    std::int64_t addend;
  };
  static constexpr std::uint32_t kItself = ~std::uint32_t{0};

  bool addBlock(const llvm::jitlink::Block& block, llvm::orc::ExecutorAddr begin);
  bool isSound() const;

  std::vector<char> code_;
  std::vector<Address> addresses_;
  /// Where in the code the function begins.
  std::uint64_t entry_ = 0;
};

}  // namespace basalt::codegen
