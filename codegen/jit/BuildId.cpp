#include "codegen/jit/BuildId.h"

#include <cstdint>
#include <cstring>

#include <elf.h>
#include <link.h>

namespace basalt::codegen {

namespace {

/// Notes are padded to four bytes.
constexpr std::size_t padded(std::size_t bytes) { return (bytes + 3) / 4 * 4; }

std::string findBuildId(const char* notes, std::size_t size) {
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, notes, sizeof(header));
    const std::size_t bytes = sizeof(header) + padded(header.n_namesz) + padded(header.n_descsz);
    if (bytes > size) break;
    if (header.n_type == NT_GNU_BUILD_ID) {
      return {notes + sizeof(header) + padded(header.n_namesz), header.n_descsz};
    }
    notes += bytes;
    size -= bytes;
  }
  return {};
}

bool contains(const dl_phdr_info& object, std::uintptr_t address) {
  for (const ElfW(Phdr)* header = object.dlpi_phdr; header != object.dlpi_phdr + object.dlpi_phnum; ++header) {
    const std::uintptr_t begin = object.dlpi_addr + header->p_vaddr;
    if (header->p_type == PT_LOAD && address >= begin && address < begin + header->p_memsz) return true;
  }
  return false;
}

/// Takes the id from the object that this function is in; not 0 ends the search.
int takeBuildId(dl_phdr_info* object, std::size_t, void* target) {
  if (!contains(*object, reinterpret_cast<std::uintptr_t>(&takeBuildId))) return 0;  // NOLINT
  auto& id = *static_cast<std::string*>(target);
  for (const ElfW(Phdr)* header = object->dlpi_phdr; header != object->dlpi_phdr + object->dlpi_phnum; ++header) {
    if (header->p_type != PT_NOTE || !id.empty()) continue;
    id = findBuildId(reinterpret_cast<const char*>(object->dlpi_addr + header->p_vaddr), header->p_memsz);  // NOLINT
  }
  return 1;
}

}  // namespace

std::string buildId() {
  std::string id;
  dl_iterate_phdr(takeBuildId, &id);
  return id;
}

}  // namespace basalt::codegen
