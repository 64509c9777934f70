#include "kernel/exec/touched_pages.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <stdexcept>

#include "kernel/base/check.hpp"
#include "kernel/exec/mapping.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t is_there = std::uint64_t{1} << 63U | std::uint64_t{1} << 62U;  // present, swapped

}  // namespace

TouchedPages::TouchedPages() : pagemap_(open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)) {
  if (pagemap_ < 0) throw std::runtime_error("this host does not let processes read /proc/self/pagemap");
}

TouchedPages::~TouchedPages() { ::close(pagemap_); }

std::uint64_t TouchedPages::host_faults() {
  struct rusage use{};
  getrusage(RUSAGE_THREAD, &use);
  return static_cast<std::uint64_t>(use.ru_minflt) + static_cast<std::uint64_t>(use.ru_majflt);
}

void TouchedPages::find(std::span<std::byte> range, std::vector<std::span<std::byte>>& runs) {
  const std::size_t pages = range.size() / Mapping::page;
  entries_.resize(pages);
  const std::size_t bytes = pages * sizeof(std::uint64_t);
  const auto first = reinterpret_cast<std::uintptr_t>(range.data()) / Mapping::page;
  const ssize_t got = pread(pagemap_, entries_.data(), bytes, static_cast<off_t>(first * sizeof(std::uint64_t)));
  CHECK(got == static_cast<ssize_t>(bytes), "the host says of each of our pages whether it is there");
  for (std::size_t i = 0; i < pages;) {
    std::size_t end = i;
    while (end < pages && (entries_[end] & is_there) != 0) ++end;
    if (end > i) runs.push_back(range.subspan(i * Mapping::page, (end - i) * Mapping::page));
    i = end + 1;
  }
}

}  // namespace signalbox
