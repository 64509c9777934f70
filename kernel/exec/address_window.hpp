#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace signalbox {

// A range of the host's addresses for the memory of compiled programs: nobody else maps anything there, and nothing in
// it can be touched until it is opened.
class AddressWindow {
 public:
  // `bytes` is a power of two; it begins at a multiple of it. Throws std::bad_alloc.
  explicit AddressWindow(std::size_t bytes);
  ~AddressWindow();
  AddressWindow(const AddressWindow&) = delete;
  AddressWindow& operator=(const AddressWindow&) = delete;

  std::byte* begin() const { return begin_; }
  std::byte* end() const { return begin_ + bytes_; }

  // What programs may do with pages (mmap(2)); no right: they cannot be touched, and keep their contents.
  static constexpr unsigned may_read = 1;
  static constexpr unsigned may_write = 2;
  static constexpr unsigned may_execute = 4;

  // All that follows is in whole pages of the window, or of what a HostProgram has.

  // Fresh pages that read as zeros, whatever was there. False: the host gives no memory.
  bool open(std::span<std::byte> pages, unsigned rights);
  // The pages of a file from `offset` on, which others may have mapped, too (MAP_SHARED).
  static bool show(std::span<std::byte> pages, int descriptor, std::uint64_t offset, unsigned rights);
  // Nobody's any more: the memory goes back.
  void close(std::span<std::byte> pages);
  // The host gives memory by small pages there, and none to pages that nobody has touched (MADV_NOHUGEPAGE); pages that
  // are opened later are to be asked for again.
  static void keep_small(std::span<std::byte> pages);
  // Zeros again, with the same rights.
  static void clear(std::span<std::byte> pages);
  static bool protect(std::span<std::byte> pages, unsigned rights);
  // Moves pages with their contents and rights to where there are none; they are closed.
  bool move(std::span<std::byte> pages, std::byte* to);

 private:
  std::byte* begin_;
  std::size_t bytes_;
};

}  // namespace signalbox
