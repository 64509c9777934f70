#include "kernel/syscall/table.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

SyscallTable::SyscallTable(std::span<const std::span<const SyscallRow>> parts) {
  for (const std::span<const SyscallRow> part : parts) {
    for (const SyscallRow& row : part) {
      if (row.number >= by_number_.size()) by_number_.resize(row.number + 1);
      CHECK(by_number_[row.number] == nullptr, "a system call number stands for one call");
      by_number_[row.number] = &row;
    }
  }
}

std::vector<const SyscallRow*> SyscallTable::rows() const {
  std::vector<const SyscallRow*> present;
  for (const SyscallRow* row : by_number_) {
    if (row != nullptr) present.push_back(row);
  }
  return present;
}

}  // namespace signalbox
