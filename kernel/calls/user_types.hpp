#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace signalbox {

// What system calls read from and write to the caller's memory, laid out as Linux lays it out on x86-64.

// struct timespec
struct TimeSpec {
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  bool operator==(const TimeSpec&) const = default;
};

// struct timeval
struct TimeVal {
  std::int64_t seconds = 0;
  std::int64_t microseconds = 0;

  bool operator==(const TimeVal&) const = default;
};

// struct tms (times(2)), in clock ticks
struct ProcessTicks {
  std::int64_t user = 0;
  std::int64_t kernel = 0;
  std::int64_t children_user = 0;
  std::int64_t children_kernel = 0;
};

// struct rusage (getrusage(2))
struct ResourceUsage {
  TimeVal user;
  TimeVal kernel;
  std::int64_t max_resident_kib = 0;
  std::array<std::int64_t, 3> sizes{};  // Linux counts none of them
  std::int64_t minor_faults = 0;
  std::int64_t major_faults = 0;
  // Block input and output, messages, signals and switches: not counted here.
  std::array<std::int64_t, 8> uncounted{};
};
static_assert(sizeof(ResourceUsage) == 144);

// What waitid(2) fills in of a siginfo_t.
struct ChildInfo {
  std::int32_t signal = 0;  // sigchld, or 0: no child has changed
  std::int32_t error = 0;
  std::int32_t code = 0;  // signal_code::child_exited and its like
  std::int32_t padding = 0;
  std::int32_t pid = 0;
  std::uint32_t user = 0;   // the child's real user
  std::int32_t status = 0;  // exit code or signal
  std::array<std::byte, 100> unused{};
};
static_assert(sizeof(ChildInfo) == 128);

// struct stat (stat(2))
struct FileStat {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t links = 0;
  std::uint32_t mode = 0;
  std::uint32_t user = 0;
  std::uint32_t group = 0;
  std::uint32_t padding = 0;
  std::uint64_t device_number = 0;
  std::int64_t bytes = 0;
  std::int64_t block_bytes = 0;  // for transfers
  std::int64_t blocks = 0;       // of 512 bytes
  TimeSpec accessed;
  TimeSpec modified;
  TimeSpec changed;
  std::array<std::int64_t, 3> unused{};
};
static_assert(sizeof(FileStat) == 144);

// struct sched_param
struct SchedParam {
  std::int32_t priority = 0;
};

// struct sched_attr (sched_setattr(2)) as its first version had it
struct SchedAttrVersion0 {
  std::uint32_t size = 0;
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;  // ns, as the two that follow
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};
static_assert(sizeof(SchedAttrVersion0) == 48);

// struct sched_attr as it is now
struct SchedAttr {
  SchedAttrVersion0 base;
  std::uint32_t utilization_min = 0;
  std::uint32_t utilization_max = 0;
};
static_assert(sizeof(SchedAttr) == 56);

}  // namespace signalbox
