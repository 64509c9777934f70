#pragma once

#include <span>

#include "kernel/exec/address_window.hpp"
#include "kernel/exec/host_bytes.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {

// Pages of a program as the host has them, and back.
inline VirtAddr address_of(const std::byte* at) { return VirtAddr(host_address(at)); }
inline std::span<std::byte> bytes_of(PageRange range) { return host_bytes(range.begin.value(), range.bytes()); }
inline PageRange range_of(std::span<const std::byte> bytes) {
  return {address_of(bytes.data()), address_of(bytes.data() + bytes.size())};
}
inline PageRange range_of(const AddressWindow& window) {
  return {address_of(window.begin()), address_of(window.end())};
}

inline unsigned rights_of(VmaFlags flags) {
  return flags & (AddressWindow::may_read | AddressWindow::may_write | AddressWindow::may_execute);
}
static_assert(vma_flag::read == AddressWindow::may_read && vma_flag::write == AddressWindow::may_write &&
              vma_flag::exec == AddressWindow::may_execute);

}  // namespace signalbox
