#pragma once

#include <string>
#include <string_view>

#include "kernel/fs/open_flags.hpp"
#include "tests/support/memory_machine.hpp"

namespace signalbox {

inline std::int64_t open_path(Caller& caller, const char* path, std::uint32_t flags, std::uint32_t mode = 0644) {
  return call(caller, call_number::open, path, flags, mode);
}

// Text in the caller's emulated memory, behind each other in a page of its own.
inline std::int64_t write_text(Caller& caller, std::int64_t fd, std::string_view text) {
  const VirtAddr at = map_pages(caller, pages_of(page_aligned(text.size())));
  UserMemory(caller).write(at, std::as_bytes(std::span(text)));
  const std::int64_t written = call(caller, call_number::write, fd, at, text.size());
  EXPECT_EQ(call(caller, call_number::munmap, at, text.size()), 0);
  return written;
}
// What that call reads; "!" and the errno if nothing can be.
template <class... Place>
std::string read_by(Caller& caller, std::uint32_t number, std::int64_t fd, std::uint64_t bytes, Place... place) {
  const VirtAddr at = map_pages(caller, pages_of(page_aligned(bytes)));
  const std::int64_t got = call(caller, number, fd, at, bytes, place...);
  if (got < 0) return "!" + std::to_string(-got);
  std::string text(static_cast<std::size_t>(got), '\0');
  UserMemory(caller).read(at, std::as_writable_bytes(std::span(text)));
  EXPECT_EQ(call(caller, call_number::munmap, at, bytes), 0);
  return text;
}
inline std::string read_text(Caller& caller, std::int64_t fd, std::uint64_t bytes, std::int64_t offset) {
  return read_by(caller, call_number::pread64, fd, bytes, offset);
}

}  // namespace signalbox
