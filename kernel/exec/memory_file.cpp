#include "kernel/exec/memory_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

namespace signalbox {

MemoryFile::MemoryFile(std::size_t bytes)
    : mapping_(bytes, Mapping::huge_page), descriptor_(memfd_create("signalbox-ram", MFD_CLOEXEC)) {
  // The file takes the place of the mapping, which is aligned as huge pages want it and unmaps whatever lies there.
  const bool has_file = descriptor_ >= 0 && ftruncate(descriptor_, static_cast<off_t>(bytes)) == 0;
  const int flags = MAP_SHARED | MAP_FIXED | MAP_NORESERVE;
  if (!has_file || mmap(mapping_.begin(), bytes, PROT_READ | PROT_WRITE, flags, descriptor_, 0) == MAP_FAILED) {
    if (descriptor_ >= 0) close(descriptor_);
    throw std::bad_alloc();
  }
  // Advice only: a host may have huge pages for private memory alone.
  madvise(mapping_.begin(), bytes, MADV_HUGEPAGE);
}

MemoryFile::~MemoryFile() { close(descriptor_); }

}  // namespace signalbox
