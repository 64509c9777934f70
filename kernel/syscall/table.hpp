#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// The calls a machine offers, found by number.
class SyscallTable {
 public:
  // Requires that no number stands twice. The rows must outlive the table.
  explicit SyscallTable(std::span<const std::span<const SyscallRow>> parts);
  SyscallTable(std::initializer_list<std::span<const SyscallRow>> parts)
      : SyscallTable(std::span<const std::span<const SyscallRow>>(parts)) {}

  // Null if there is no such call.
  const SyscallRow* find(std::uint32_t number) const {
    return number < by_number_.size() ? by_number_[number] : nullptr;
  }
  // In ascending order of number.
  std::vector<const SyscallRow*> rows() const;

 private:
  std::vector<const SyscallRow*> by_number_;
};

}  // namespace signalbox
