#include "kernel/exec/address_window.hpp"

#include <sys/mman.h>

#include <new>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

static_assert(AddressWindow::may_read == PROT_READ && AddressWindow::may_write == PROT_WRITE &&
              AddressWindow::may_execute == PROT_EXEC);

constexpr int own = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

void* map(void* at, std::size_t bytes, unsigned rights, int flags) {
  return mmap(at, bytes, static_cast<int>(rights), own | flags, -1, 0);
}

}  // namespace

AddressWindow::AddressWindow(std::size_t bytes) : bytes_(bytes) {
  void* const mapped = map(nullptr, bytes * 2, 0, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  auto* const first = static_cast<std::byte*>(mapped);
  const std::size_t head = (bytes - reinterpret_cast<std::uintptr_t>(first) % bytes) % bytes;
  begin_ = first + head;
  if (head > 0) munmap(first, head);
  munmap(begin_ + bytes, bytes - head);
}

AddressWindow::~AddressWindow() { munmap(begin_, bytes_); }

bool AddressWindow::open(std::span<std::byte> pages, unsigned rights) {
  return map(pages.data(), pages.size(), rights, MAP_FIXED) != MAP_FAILED;
}

bool AddressWindow::show(std::span<std::byte> pages, int descriptor, std::uint64_t offset, unsigned rights) {
  constexpr int shared = MAP_SHARED | MAP_FIXED | MAP_NORESERVE;
  return mmap(pages.data(), pages.size(), static_cast<int>(rights), shared, descriptor, static_cast<off_t>(offset)) !=
         MAP_FAILED;
}

void AddressWindow::close(std::span<std::byte> pages) {
  CHECK(map(pages.data(), pages.size(), 0, MAP_FIXED) != MAP_FAILED, "the host maps over what is mapped");
}

// A host without huge pages refuses, and has none to give.
void AddressWindow::keep_small(std::span<std::byte> pages) { madvise(pages.data(), pages.size(), MADV_NOHUGEPAGE); }

void AddressWindow::clear(std::span<std::byte> pages) { madvise(pages.data(), pages.size(), MADV_DONTNEED); }

bool AddressWindow::protect(std::span<std::byte> pages, unsigned rights) {
  return mprotect(pages.data(), pages.size(), static_cast<int>(rights)) == 0;
}

bool AddressWindow::move(std::span<std::byte> pages, std::byte* to) {
  if (mremap(pages.data(), pages.size(), pages.size(), MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED) return false;
  close(pages);
  return true;
}

}  // namespace signalbox
