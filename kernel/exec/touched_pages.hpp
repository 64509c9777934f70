#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace signalbox {

// Which pages of the host somebody has touched since they were opened: those that have memory or a place in the host's
// swap (proc_pid_pagemap(5)). The others read as zeros.
class TouchedPages {
 public:
  // Throws std::runtime_error: the host does not say.
  TouchedPages();
  ~TouchedPages();
  TouchedPages(const TouchedPages&) = delete;
  TouchedPages& operator=(const TouchedPages&) = delete;

  // The page faults that the host's thread has had (getrusage(2)): while they stay the same, it has touched no page
  // more.
  static std::uint64_t host_faults();

  // Runs of touched pages in `range`, in ascending order, appended to `runs`.
  void find(std::span<std::byte> range, std::vector<std::span<std::byte>>& runs);

 private:
  int pagemap_;
  std::vector<std::uint64_t> entries_;
};

}  // namespace signalbox
