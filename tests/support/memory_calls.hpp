#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mincore.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "kernel/mm/space/mremap.hpp"
#include "kernel/mm/space/msync.hpp"
#include "tests/support/address_maps.hpp"

// The calls on mappings as a table of cases, made in an emulated space and, in a child process, by the host's own
// kernel.
namespace signalbox::memory_calls {

enum class Call : std::uint8_t { mmap, munmap, mprotect, mremap, madvise, mlock, mlock2, munlock, msync, mincore };
// What is mapped: a file by what it was opened for.
enum class Source : std::uint8_t { none, read_write, read_only, write_only, pipe };
constexpr std::size_t source_count = 5;

struct Step {
  Call call = Call::mmap;
  std::uint64_t at = 0;
  std::uint64_t bytes = 0;
  std::uint64_t what = 0;    // the rights, the new length of mremap, or the advice
  std::uint64_t flags = 0;   // of mmap, mremap, mlock2 and msync
  std::uint64_t second = 0;  // the new place of mremap, the offset of mmap
  Source source = Source::none;
};
struct Case {
  const char* name;
  std::vector<Step> steps;
};

constexpr std::uint64_t page = page_bytes;
constexpr std::uint64_t base = std::uint64_t{1} << 45U;  // nothing is there, nor of the address sanitizer's
constexpr std::uint64_t top = 0x7fff'ffff'f000;          // of what programs may have
constexpr std::uint64_t huge_bytes = ~std::uint64_t{0};
constexpr std::uint64_t lock_limit = 8 * page;
constexpr std::uint32_t rw = prot_read | prot_write;
constexpr std::uint32_t fixed_private = map_private | map_anonymous | map_fixed;

constexpr std::uint64_t at(std::uint64_t number) { return base + number * page; }
inline Step map(std::uint64_t place, std::uint64_t bytes, std::uint64_t prot, std::uint64_t flags,
                Source source = Source::none, std::uint64_t offset = 0) {
  return {.call = Call::mmap,
          .at = place,
          .bytes = bytes,
          .what = prot,
          .flags = flags,
          .second = offset,
          .source = source};
}
// Pages [first, last), private and anonymous.
inline Step pages(std::uint64_t first, std::uint64_t last, std::uint64_t prot = rw, std::uint64_t more_flags = 0) {
  return map(at(first), (last - first) * page, prot, fixed_private | more_flags);
}
inline Step unmap(std::uint64_t place, std::uint64_t bytes) {
  return {.call = Call::munmap, .at = place, .bytes = bytes};
}
inline Step protect(std::uint64_t place, std::uint64_t bytes, std::uint64_t prot) {
  return {.call = Call::mprotect, .at = place, .bytes = bytes, .what = prot};
}
inline Step remap(std::uint64_t place, std::uint64_t before, std::uint64_t after, std::uint64_t flags = 0,
                  std::uint64_t new_place = 0) {
  return {.call = Call::mremap, .at = place, .bytes = before, .what = after, .flags = flags, .second = new_place};
}
inline Step advise(std::uint64_t place, std::uint64_t bytes, std::int64_t advice) {
  return {.call = Call::madvise, .at = place, .bytes = bytes, .what = static_cast<std::uint64_t>(advice)};
}
inline Step lock(std::uint64_t place, std::uint64_t bytes) {
  return {.call = Call::mlock, .at = place, .bytes = bytes};
}
inline Step lock2(std::uint64_t place, std::uint64_t bytes, std::uint64_t flags) {
  return {.call = Call::mlock2, .at = place, .bytes = bytes, .flags = flags};
}
inline Step unlock(std::uint64_t place, std::uint64_t bytes) {
  return {.call = Call::munlock, .at = place, .bytes = bytes};
}
inline Step sync(std::uint64_t place, std::uint64_t bytes, std::uint64_t flags) {
  return {.call = Call::msync, .at = place, .bytes = bytes, .flags = flags};
}
inline Step core(std::uint64_t place, std::uint64_t bytes) {
  return {.call = Call::mincore, .at = place, .bytes = bytes};
}
inline const Step shared_pages = map(at(0), 4 * page, rw, map_shared | map_anonymous | map_fixed);

inline int number(Errno error) { return static_cast<int>(error); }
template <class T>
int number_of(const Result<T>& result) {
  return result.has_value() ? 0 : number(result.error());
}

// A space like the child's.
class EmulatedSpace {
 public:
  EmulatedSpace() { space_.map.limits.locked = lock_limit; }

  int make(const Step& step) {
    const VirtAddr place(step.at);
    AddressMap& map = space_.map;
    const auto what = static_cast<std::uint32_t>(step.what);
    const auto flags = static_cast<std::uint32_t>(step.flags);
    switch (step.call) {
      case Call::mmap:
        return number_of(signalbox::mmap(map, {.hint = place,
                                               .bytes = step.bytes,
                                               .prot = what,
                                               .flags = flags,
                                               .object = objects_.at(static_cast<std::size_t>(step.source)),
                                               .offset = step.second}));
      case Call::munmap:
        return number_of(signalbox::munmap(map, place, step.bytes));
      case Call::mprotect:
        return number_of(signalbox::mprotect(map, place, step.bytes, what));
      case Call::mremap:
        return number_of(signalbox::mremap(map, {.at = place,
                                                 .old_bytes = step.bytes,
                                                 .new_bytes = step.what,
                                                 .flags = flags,
                                                 .new_at = VirtAddr(step.second)}));
      case Call::madvise:
        return number_of(signalbox::madvise(map, place, step.bytes, static_cast<std::int32_t>(what)));
      case Call::mlock:
      case Call::mlock2:
        return number_of(signalbox::mlock(map, place, step.bytes, flags));
      case Call::munlock:
        return number_of(signalbox::munlock(map, place, step.bytes));
      case Call::msync:
        return number(signalbox::msync(map, place, step.bytes, flags).error.value_or(Errno{}));
      case Call::mincore:
        return number(signalbox::mincore(map, place, step.bytes).error.value_or(Errno{}));
    }
    return -1;
  }

 private:
  SpaceUnderTest space_;
  std::array<MemoryObjectRef, source_count> objects_{nullptr, opened({.can_punch_holes = true}),
                                                     opened({.can_write = false}), opened({.can_read = false}),
                                                     opened({.can_write = false, .can_map = false})};
};

// The same in a process of the host.
class NativeSpace {
 public:
  NativeSpace() {
    const int file = memfd_create("conformance", 0);
    EXPECT_EQ(ftruncate(file, 16 * page), 0);
    const std::string path = "/proc/self/fd/" + std::to_string(file);
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    descriptors_ = {-1, file, open(path.c_str(), O_RDONLY | O_CLOEXEC), open(path.c_str(), O_WRONLY | O_CLOEXEC),
                    ends[0]};
  }
  ~NativeSpace() {
    for (const int descriptor : descriptors_) close(descriptor);
  }
  NativeSpace(const NativeSpace&) = delete;
  NativeSpace& operator=(const NativeSpace&) = delete;

  // The errno of each step, made in a child without rights.
  std::vector<int> make(const std::vector<Step>& steps) const {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) return {};
    const pid_t child = ::fork();
    if (child == 0) {
      const rlimit limit{lock_limit, lock_limit};
      // Another user has no capabilities, and starts without locked memory.
      if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0 || (getuid() == 0 && setuid(65'534) != 0)) _exit(1);
      for (const Step& step : steps) {
        const int error = make(step);
        if (write(ends[1], &error, sizeof(error)) != sizeof(error)) _exit(1);
      }
      _exit(0);
    }
    close(ends[1]);
    std::vector<int> errors;
    for (int error = 0; read(ends[0], &error, sizeof(error)) == sizeof(error);) errors.push_back(error);
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return errors;
  }

 private:
  // The raw calls, past what the C library checks.
  int make(const Step& step) const { return raw(step) == -1 ? errno : 0; }
  long raw(const Step& step) const {
    static std::array<unsigned char, 64> residence;
    switch (step.call) {
      case Call::mmap:
        return syscall(SYS_mmap, step.at, step.bytes, step.what, step.flags,
                       descriptors_.at(static_cast<std::size_t>(step.source)), step.second);
      case Call::munmap:
        return syscall(SYS_munmap, step.at, step.bytes);
      case Call::mprotect:
        return syscall(SYS_mprotect, step.at, step.bytes, step.what);
      case Call::mremap:
        return syscall(SYS_mremap, step.at, step.bytes, step.what, step.flags, step.second);
      case Call::madvise:
        return syscall(SYS_madvise, step.at, step.bytes, step.what);
      case Call::mlock:
        return syscall(SYS_mlock, step.at, step.bytes);
      case Call::mlock2:
        return syscall(SYS_mlock2, step.at, step.bytes, step.flags);
      case Call::munlock:
        return syscall(SYS_munlock, step.at, step.bytes);
      case Call::msync:
        return syscall(SYS_msync, step.at, step.bytes, step.flags);
      case Call::mincore:
        return syscall(SYS_mincore, step.at, step.bytes, residence.data());
    }
    return -1;
  }

  std::array<int, source_count> descriptors_{};
};

inline void expect_same(const std::vector<Case>& cases) {
  const NativeSpace native;
  for (const Case& each : cases) {
    EmulatedSpace emulated;
    std::vector<int> errors;
    for (const Step& step : each.steps) errors.push_back(emulated.make(step));
    EXPECT_EQ(errors, native.make(each.steps)) << each.name;
  }
}

}  // namespace signalbox::memory_calls
