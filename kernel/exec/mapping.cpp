#include "kernel/exec/mapping.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <new>

#include "kernel/exec/fiber_annotations.hpp"

namespace signalbox {
namespace {

void unmap(std::byte* data, std::size_t bytes) {
  if (bytes == 0) return;
  // AddressSanitizer keeps its opinion of an address when the pages go.
  mark_usable(Stack{.low = data, .size = bytes});
  munmap(data, bytes);
}

}  // namespace

Mapping::Mapping(std::size_t bytes, std::size_t alignment) {
  // mmap aligns to the page only: map more and cut off both ends.
  const std::size_t spare = alignment - page;
  void* const mapped =
      mmap(nullptr, bytes + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  auto* const start = static_cast<std::byte*>(mapped);
  const std::size_t head = (alignment - reinterpret_cast<std::uintptr_t>(start) % alignment) % alignment;
  unmap(start, head);
  unmap(start + head + bytes, spare - head);
  data_ = start + head;
  bytes_ = bytes;
}

void Mapping::prefer_huge_pages() const { madvise(data_, bytes_, MADV_HUGEPAGE); }

Mapping::~Mapping() { unmap(data_, bytes_); }

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace signalbox
