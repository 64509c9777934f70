#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "ipc/sync/invoke.hpp"
#include "ipc/sync/user_side.hpp"
#include "kernel/base/signal.hpp"
#include "kernel/calls/user_types.hpp"
#include "kernel/fs/open_flags.hpp"
#include "kernel/mm/space/mremap.hpp"
#include "kernel/sched/cpu_mask.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/kernel.hpp"
#include "kernel/task/user_memory.hpp"
#include "kernel/task/wait_status.hpp"
#include "workloads/heap/user_heap.hpp"

namespace signalbox {

// What a thread or process to be started differs in from its maker.
struct StartOptions {
  std::optional<SchedAttributes> attributes;
  std::optional<AffinityId> affinity;
  Duration expected_burst;  // see Guest::expect_burst
  bool is_detached = false;
};

// A child that has ended.
struct WaitedChild {
  Pid pid;
  WaitStatus status;
};

enum class WaitHang : std::uint8_t { blocks, returns };  // WNOHANG: whether to wait while no child has ended

// What a native program may do: the C library over the system calls. Everything but compute() and now() enters the
// kernel where a C program would, so prices and traces apply.
class Guest {
 public:
  explicit Guest(Caller& caller) : caller_(caller), memory_(caller), heap_(caller) {}

  Caller& caller() { return caller_; }

  // Time. compute() takes `work` at full capacity, so longer on a slower CPU. now() is free, as a vDSO's is nearly.
  void compute(Duration work) { caller_.charge(work, Mode::user); }
  Instant now() const { return caller_.now(); }
  Result<int> sleep(Duration length);
  Result<int> sleep_until(Instant deadline);
  void yield() { static_cast<void>(invoke(caller_, call_number::sched_yield)); }
  // Declares how long the program will compute until it next waits: the oracle of sjf and srtf. Call it before a wait,
  // for what comes after it.
  void expect_burst(Duration burst) { caller_.thread().entity.expected_burst = burst; }

  // Identity.
  Pid getpid() { return Pid(number_of(call_number::getpid)); }
  Pid getppid() { return Pid(number_of(call_number::getppid)); }
  Tid gettid() { return Tid(number_of(call_number::gettid)); }

  // Processes. The child runs `program`, and ends when that returns.
  Result<Pid> fork(std::string_view name, Program program, const StartOptions& options = {});
  // The next child to end, or the one of this pid. Errno::echild if there is none to wait for; with
  // WaitHang::returns a pid of 0 if none has ended.
  Result<WaitedChild> wait(Pid child = Pid(-1), WaitHang hang = WaitHang::blocks);
  Result<int> kill(Pid target, Signal signal);
  // The whole process.
  [[noreturn]] void exit(int code);

  // Threads of this process. Objects that they share must live until the last of them has ended, also when the process
  // is killed: let each program own a share.
  Result<Tid> thread(std::string_view name, Program program, const StartOptions& options = {});
  Result<std::int64_t> join(Tid thread);
  Result<int> detach(Tid thread);
  [[noreturn]] void exit_thread(std::int64_t value);

  // Scheduling, of the calling thread.
  Result<int> set_nice(int nice);
  Result<int> set_scheduler(const SchedAttributes& attributes);
  Result<int> set_affinity(const CpuMask& cpus);

  // Synchronisation.
  Result<int> lock(Mutex& mutex) { return signalbox::lock(caller_, mutex); }
  Result<int> try_lock(Mutex& mutex) { return signalbox::try_lock(caller_, mutex); }
  Result<int> unlock(Mutex& mutex) { return signalbox::unlock(caller_, mutex); }
  Result<int> wait(Condition& condition, Mutex& mutex) { return signalbox::wait(caller_, condition, mutex); }
  Result<int> signal(Condition& condition) { return signalbox::signal(caller_, condition); }
  Result<int> broadcast(Condition& condition) { return signalbox::broadcast(caller_, condition); }
  Result<BarrierRole> wait(Barrier& barrier) { return signalbox::wait(caller_, barrier); }
  Result<int> post(Semaphore& semaphore) { return signalbox::post(caller_, semaphore); }
  Result<int> wait(Semaphore& semaphore) { return signalbox::wait(caller_, semaphore); }
  Result<int> try_wait(Semaphore& semaphore) { return signalbox::try_wait(caller_, semaphore); }

  // Emulated memory, on a machine that has it. Calls answer as in Linux, Errno::enosys on a machine without; accesses
  // require it. What C++ objects a program has are the host's: only what goes through here is emulated.
  bool has_memory() { return caller_.process().space != nullptr; }
  template <class T>
  T load(Uptr<T> from) {
    return memory_.load(from);
  }
  template <class T>
  void store(Uptr<T> to, std::type_identity_t<T> value) {
    memory_.store(to, value);
  }
  // Atomic instructions, and accesses to many bytes.
  UserMemory& memory() { return memory_; }
  Result<VirtAddr> mmap(const MmapRequest& request);
  // Of a file.
  Result<VirtAddr> mmap(const MmapRequest& request, Fd file);
  // So many objects, private and zeroed.
  template <class T>
  Result<Uptr<T>> allocate(std::uint64_t count) {
    return Uptr<T>(TRY(mmap({.bytes = count * sizeof(T)})));
  }
  // The process's heap, which all its threads share (malloc(3), aligned_alloc(3), malloc_usable_size(3)); see UserHeap.
  Result<VirtAddr> malloc(std::uint64_t bytes) { return heap_.malloc(bytes); }
  Result<VirtAddr> calloc(std::uint64_t count, std::uint64_t bytes) { return heap_.calloc(count, bytes); }
  Result<VirtAddr> realloc(VirtAddr at, std::uint64_t bytes) { return heap_.realloc(at, bytes); }
  Result<VirtAddr> aligned_alloc(std::uint64_t alignment, std::uint64_t bytes) {
    return heap_.aligned_alloc(alignment, bytes);
  }
  void free(VirtAddr at) { heap_.free(at); }
  void free_sized(VirtAddr at, std::uint64_t bytes) { heap_.free_sized(at, bytes); }
  void free_aligned_sized(VirtAddr at, std::uint64_t alignment, std::uint64_t bytes) {
    heap_.free_aligned_sized(at, alignment, bytes);
  }
  std::uint64_t malloc_usable_size(VirtAddr at) { return heap_.usable_size(at); }
  Result<int> munmap(VirtAddr at, std::uint64_t bytes);
  Result<int> mprotect(VirtAddr at, std::uint64_t bytes, std::uint32_t prot);
  Result<VirtAddr> mremap(const MremapRequest& request);
  // As the C library does them over the raw call. Errno::enomem: the heap stays as it was.
  Result<int> brk(VirtAddr to);
  Result<VirtAddr> sbrk(std::int64_t bytes);
  Result<int> madvise(VirtAddr at, std::uint64_t bytes, std::int32_t advice);
  Result<int> mlock(VirtAddr at, std::uint64_t bytes);
  Result<int> munlock(VirtAddr at, std::uint64_t bytes);
  Result<int> msync(VirtAddr at, std::uint64_t bytes, std::uint32_t flags);
  // A byte for each page goes to `found`.
  Result<int> mincore(VirtAddr at, std::uint64_t bytes, Uptr<std::uint8_t> found);
  // Writes to /proc/self/oom_score_adj, at the price of open, write and close. Errno::einval, eacces as there.
  Result<int> set_oom_score_adj(std::int64_t adjustment);
  // Goes on as `program`, in fresh memory, and ends with it. Comes back with an error only: Errno::ebusy where there
  // are other threads.
  Errno exec(Program program);

  // Files. What is read and written lies in emulated memory; on a machine without, there are devices only.
  Result<Fd> open(const std::string& path, std::uint32_t flags, std::uint32_t permissions = 0666);
  Result<int> close(Fd file);
  Result<std::uint64_t> read(Fd file, VirtAddr to, std::uint64_t bytes);
  Result<std::uint64_t> write(Fd file, VirtAddr from, std::uint64_t bytes);
  Result<std::uint64_t> pread(Fd file, VirtAddr to, std::uint64_t bytes, std::uint64_t offset);
  Result<std::uint64_t> pwrite(Fd file, VirtAddr from, std::uint64_t bytes, std::uint64_t offset);
  Result<std::uint64_t> lseek(Fd file, std::int64_t by, std::int32_t whence);
  Result<int> ftruncate(Fd file, std::uint64_t bytes);
  Result<int> fsync(Fd file);
  Result<FileStat> fstat(Fd file);
  Result<FileStat> stat(const std::string& path);
  Result<Fd> dup(Fd file);
  Result<Fd> dup2(Fd from, Fd to);
  Result<int> unlink(const std::string& path);
  Result<int> mkdir(const std::string& path, std::uint32_t permissions = 0777);
  Result<int> rmdir(const std::string& path);
  Result<int> rename(const std::string& from, const std::string& to);
  Result<int> chdir(const std::string& path);

  // Marks in the trace: one turn of what the program does over and over, and, if it has a deadline, how much too early
  // (or, negative, too late) it was done.
  void begin_activation(std::uint64_t index, Duration wakeup_latency = Duration());
  void end_activation(std::uint64_t index, std::optional<Duration> slack = std::nullopt);

  // A number for a string, as the labels of synchronisation objects take it.
  NameId name(std::string_view text) { return caller_.kernel().trace().intern(text); }

 private:
  std::int32_t number_of(std::uint32_t call) { return static_cast<std::int32_t>(caller_.syscall(RawCall{call, {}})); }
  ThreadRequest request(std::string_view name, Program&& program, const StartOptions& options);
  void mark(TraceKind kind, std::uint64_t index, Duration time, bool has_deadline = false);

  Caller& caller_;
  UserMemory memory_;
  UserHeap heap_;
};

// A program from a body that takes a Guest& and answers an exit code.
template <class Body>
Program guest_program(Body body) {
  return Program([body = std::move(body)](Caller& caller) mutable {
    Guest guest(caller);
    return static_cast<int>(body(guest));
  });
}

}  // namespace signalbox
