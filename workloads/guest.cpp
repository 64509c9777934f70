#include "workloads/guest.hpp"

#include <utility>

#include "kernel/calls/user_types.hpp"
#include "kernel/task/oom_score.hpp"

namespace signalbox {
namespace {

constexpr int monotonic_clock = 1;   // CLOCK_MONOTONIC
constexpr int absolute_timeout = 1;  // TIMER_ABSTIME
constexpr int no_hang = 1;           // WNOHANG
constexpr int this_process = 0;      // PRIO_PROCESS; with id 0: the caller

constexpr Fd no_descriptor(-1);

Result<VirtAddr> to_address(const Result<std::int64_t>& result) {
  if (!result.has_value()) return result.error();
  return VirtAddr(static_cast<std::uint64_t>(*result));
}

TimeSpec to_time_spec(Duration time) { return {time / 1_s, (time % 1_s).nanoseconds()}; }

Result<Fd> to_descriptor(const Result<std::int64_t>& result) {
  if (!result.has_value()) return result.error();
  return Fd(static_cast<Fd::Value>(*result));
}

Result<std::uint64_t> to_count(const Result<std::int64_t>& result) {
  if (!result.has_value()) return result.error();
  return static_cast<std::uint64_t>(*result);
}

UserPointer<const char> to_path(const std::string& path) { return UserPointer<const char>::to(path.c_str()); }

Result<int> without_value(const Result<std::int64_t>& result) {
  if (!result.has_value()) return result.error();
  return 0;
}

}  // namespace

Result<int> Guest::sleep(Duration length) {
  const TimeSpec time = to_time_spec(length);
  return without_value(
      invoke(caller_, call_number::nanosleep, UserPointer<const TimeSpec>::to(&time), UserPointer<TimeSpec>()));
}

Result<int> Guest::sleep_until(Instant deadline) {
  const TimeSpec time = to_time_spec(deadline.since_start());
  return without_value(invoke(caller_, call_number::clock_nanosleep, monotonic_clock, absolute_timeout,
                              UserPointer<const TimeSpec>::to(&time), UserPointer<TimeSpec>()));
}

ThreadRequest Guest::request(std::string_view name, Program&& program, const StartOptions& options) {
  return {.program = std::move(program),
          .name = this->name(name),
          .attributes = options.attributes,
          .affinity = options.affinity,
          .expected_burst = options.expected_burst,
          .is_detached = options.is_detached};
}

Result<Pid> Guest::fork(std::string_view name, Program program, const StartOptions& options) {
  ThreadRequest wanted = request(name, std::move(program), options);
  const auto pid = TRY(invoke(caller_, call_number::fork, UserPointer<ThreadRequest>::to(&wanted)));
  return Pid(static_cast<Pid::Value>(pid));
}

Result<WaitedChild> Guest::wait(Pid child, WaitHang hang) {
  std::int32_t status = 0;
  const auto pid = TRY(invoke(caller_, call_number::wait4, child, UserPointer<std::int32_t>::to(&status),
                              hang == WaitHang::returns ? no_hang : 0, UserPointer<ResourceUsage>()));
  return WaitedChild{Pid(static_cast<Pid::Value>(pid)), WaitStatus::from_raw(status)};
}

Result<int> Guest::kill(Pid target, Signal signal) {
  return without_value(invoke(caller_, call_number::kill, target, signal));
}

void Guest::exit(int code) {
  static_cast<void>(invoke(caller_, call_number::exit_group, code));
  std::unreachable();
}

void Guest::exit_thread(std::int64_t value) {
  caller_.exit_thread(value);
  std::unreachable();  // g++ 12 does not believe a virtual function that it does not return
}

Result<Tid> Guest::thread(std::string_view name, Program program, const StartOptions& options) {
  ThreadRequest wanted = request(name, std::move(program), options);
  const auto tid = TRY(invoke(caller_, call_number::thread_create, UserPointer<ThreadRequest>::to(&wanted)));
  return Tid(static_cast<Tid::Value>(tid));
}

Result<std::int64_t> Guest::join(Tid thread) {
  std::int64_t value = 0;
  TRY(invoke(caller_, call_number::thread_join, thread, UserPointer<std::int64_t>::to(&value)));
  return value;
}

Result<int> Guest::detach(Tid thread) { return without_value(invoke(caller_, call_number::thread_detach, thread)); }

Result<int> Guest::set_nice(int nice) {
  return without_value(invoke(caller_, call_number::setpriority, this_process, 0, nice));
}

Result<int> Guest::set_scheduler(const SchedAttributes& attributes) {
  const auto bits = [](Duration time) { return static_cast<std::uint64_t>(time.nanoseconds()); };
  SchedAttr wanted;
  wanted.base = {.size = sizeof(SchedAttr),
                 .policy = static_cast<std::uint32_t>(attributes.sched_class),
                 .nice = attributes.nice,
                 .priority = attributes.realtime_priority,
                 .runtime = bits(attributes.runtime),
                 .deadline = bits(attributes.deadline),
                 .period = bits(attributes.period)};
  return without_value(invoke(caller_, call_number::sched_setattr, 0, UserPointer<SchedAttr>::to(&wanted), 0));
}

Result<int> Guest::set_affinity(const CpuMask& cpus) {
  return without_value(
      invoke(caller_, call_number::sched_setaffinity, 0, sizeof(CpuMask), UserPointer<const CpuMask>::to(&cpus)));
}

Result<VirtAddr> Guest::mmap(const MmapRequest& request) { return mmap(request, no_descriptor); }

Result<VirtAddr> Guest::mmap(const MmapRequest& request, Fd file) {
  return to_address(invoke(caller_, call_number::mmap, request.hint, request.bytes, request.prot, request.flags, file,
                           request.offset));
}

Result<int> Guest::munmap(VirtAddr at, std::uint64_t bytes) {
  return without_value(invoke(caller_, call_number::munmap, at, bytes));
}

Result<int> Guest::mprotect(VirtAddr at, std::uint64_t bytes, std::uint32_t prot) {
  return without_value(invoke(caller_, call_number::mprotect, at, bytes, prot));
}

Result<VirtAddr> Guest::mremap(const MremapRequest& request) {
  return to_address(invoke(caller_, call_number::mremap, request.at, request.old_bytes, request.new_bytes,
                           request.flags, request.new_at));
}

Result<int> Guest::brk(VirtAddr to) {
  const VirtAddr end = TRY(to_address(invoke(caller_, call_number::brk, to)));
  if (end != to) return Errno::enomem;
  return 0;
}

Result<VirtAddr> Guest::sbrk(std::int64_t bytes) {
  const VirtAddr old = TRY(to_address(invoke(caller_, call_number::brk, VirtAddr())));
  TRY(brk(old + static_cast<std::uint64_t>(bytes)));
  return old;
}

Result<int> Guest::madvise(VirtAddr at, std::uint64_t bytes, std::int32_t advice) {
  return without_value(invoke(caller_, call_number::madvise, at, bytes, advice));
}

Result<int> Guest::mlock(VirtAddr at, std::uint64_t bytes) {
  return without_value(invoke(caller_, call_number::mlock, at, bytes));
}

Result<int> Guest::munlock(VirtAddr at, std::uint64_t bytes) {
  return without_value(invoke(caller_, call_number::munlock, at, bytes));
}

Result<int> Guest::msync(VirtAddr at, std::uint64_t bytes, std::uint32_t flags) {
  return without_value(invoke(caller_, call_number::msync, at, bytes, flags));
}

Result<int> Guest::mincore(VirtAddr at, std::uint64_t bytes, Uptr<std::uint8_t> found) {
  return without_value(invoke(caller_, call_number::mincore, at, bytes, found.at()));
}

Result<int> Guest::set_oom_score_adj(std::int64_t adjustment) {
  caller_.charge(caller_.kernel().costs().syscall * 3, Mode::kernel);
  TRY(signalbox::set_oom_score_adj(caller_.process(), adjustment, caller_.process().credentials));
  return 0;
}

Errno Guest::exec(Program program) {
  if (const auto replaced = invoke(caller_, call_number::execve); !replaced.has_value()) return replaced.error();
  exit(program(caller_));
}

Result<Fd> Guest::open(const std::string& path, std::uint32_t flags, std::uint32_t permissions) {
  return to_descriptor(invoke(caller_, call_number::open, to_path(path), flags, permissions));
}

Result<int> Guest::close(Fd file) { return without_value(invoke(caller_, call_number::close, file)); }

Result<std::uint64_t> Guest::read(Fd file, VirtAddr to, std::uint64_t bytes) {
  return to_count(invoke(caller_, call_number::read, file, to, bytes));
}

Result<std::uint64_t> Guest::write(Fd file, VirtAddr from, std::uint64_t bytes) {
  return to_count(invoke(caller_, call_number::write, file, from, bytes));
}

Result<std::uint64_t> Guest::pread(Fd file, VirtAddr to, std::uint64_t bytes, std::uint64_t offset) {
  return to_count(invoke(caller_, call_number::pread64, file, to, bytes, offset));
}

Result<std::uint64_t> Guest::pwrite(Fd file, VirtAddr from, std::uint64_t bytes, std::uint64_t offset) {
  return to_count(invoke(caller_, call_number::pwrite64, file, from, bytes, offset));
}

Result<std::uint64_t> Guest::lseek(Fd file, std::int64_t by, std::int32_t whence) {
  return to_count(invoke(caller_, call_number::lseek, file, by, whence));
}

Result<int> Guest::ftruncate(Fd file, std::uint64_t bytes) {
  return without_value(invoke(caller_, call_number::ftruncate, file, bytes));
}

Result<int> Guest::fsync(Fd file) { return without_value(invoke(caller_, call_number::fsync, file)); }

Result<FileStat> Guest::fstat(Fd file) {
  FileStat told;
  TRY(invoke(caller_, call_number::fstat, file, UserPointer<FileStat>::to(&told)));
  return told;
}

Result<FileStat> Guest::stat(const std::string& path) {
  FileStat told;
  TRY(invoke(caller_, call_number::stat, to_path(path), UserPointer<FileStat>::to(&told)));
  return told;
}

Result<Fd> Guest::dup(Fd file) { return to_descriptor(invoke(caller_, call_number::dup, file)); }

Result<Fd> Guest::dup2(Fd from, Fd to) { return to_descriptor(invoke(caller_, call_number::dup2, from, to)); }

Result<int> Guest::unlink(const std::string& path) {
  return without_value(invoke(caller_, call_number::unlink, to_path(path)));
}

Result<int> Guest::mkdir(const std::string& path, std::uint32_t permissions) {
  return without_value(invoke(caller_, call_number::mkdir, to_path(path), permissions));
}

Result<int> Guest::rmdir(const std::string& path) {
  return without_value(invoke(caller_, call_number::rmdir, to_path(path)));
}

Result<int> Guest::rename(const std::string& from, const std::string& to) {
  return without_value(invoke(caller_, call_number::rename, to_path(from), to_path(to)));
}

Result<int> Guest::chdir(const std::string& path) {
  return without_value(invoke(caller_, call_number::chdir, to_path(path)));
}

void Guest::begin_activation(std::uint64_t index, Duration wakeup_latency) {
  mark(TraceKind::activation_begun, index, wakeup_latency);
}

void Guest::end_activation(std::uint64_t index, std::optional<Duration> slack) {
  mark(TraceKind::activation_ended, index, slack.value_or(Duration()), slack.has_value());
}

void Guest::mark(TraceKind kind, std::uint64_t index, Duration time, bool has_deadline) {
  caller_.kernel().trace().emit({.when = caller_.now(),
                                 .thread = caller_.thread().tid,
                                 .kind = kind,
                                 .detail = static_cast<std::uint8_t>(has_deadline ? 1 : 0),
                                 .a = index,
                                 .b = static_cast<std::uint64_t>(time.nanoseconds())});
}

}  // namespace signalbox
