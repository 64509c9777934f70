#include "workloads/posix/program_thread.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include "kernel/calls/user_types.hpp"
#include "kernel/exec/host_bytes.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/row.hpp"
#include "kernel/task/user_memory.hpp"
#include "workloads/input_error.hpp"
#include "workloads/posix/argument_block.hpp"
#include "workloads/posix/image_file.hpp"
#include "workloads/posix/lent_memory.hpp"
#include "workloads/posix/program_begin.hpp"
#include "workloads/posix/user_strings.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t clone_number = 56;
constexpr std::uint64_t vfork_number = 58;
constexpr std::uint64_t futex_number = 202;

constexpr std::int64_t minus(Errno error) { return -static_cast<std::int64_t>(error); }

// A loop that took no time would never let anybody else run.
Duration edge_price(Caller& caller) { return std::max(caller.kernel().costs().edge, Duration(1)); }

// A child of fork(2) or vfork(2): its memory, and where its parent was.
struct ForkedProgram {
  std::unique_ptr<CompiledMemory> memory;
  void* stack_pointer;
  UserState state;

  int operator()(Caller& caller);
};

// One more thread of a process.
struct AddedThread {
  UserMode::Entry entry;
  std::uint64_t argument;
  std::byte* stack_top;

  int operator()(Caller& caller);
};

}  // namespace

ProgramThread::ProgramThread(Caller& caller, const UserState& state)
    : UserMode(&enter, &enter_by_fault),
      caller_(caller),
      memory_(ProgramMemory::of(caller.process())),
      header_(&memory_.family().header()),
      state_(state) {
  memory_.add_thread(caller_.thread(), *this);
  caller_.thread().context.set_user_mode(true);
}

ProgramThread::~ProgramThread() {
  caller_.thread().context.set_user_mode(false);
  memory().remove_thread(caller_.thread().tid);
}

void ProgramThread::start(const ArgumentBlock& arguments) {
  // The header is the image's own: its beginning is known before anything has run.
  const auto entry = host_function<Entry>(host_address(header().start));
  run(arguments.stack_top, entry, arguments.argc, arguments.argv, arguments.envp);
}

void ProgramThread::run(std::byte* stack_top, Entry entry, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  caller_.thread().context.allow_faults(false);
  memory().make_resident();
  return_to_user();
  begin(stack_top, entry, a, b, c);
}

void ProgramThread::run_copy(void* stack_pointer) {
  caller_.thread().context.allow_faults(false);
  memory().make_resident();
  return_to_user();
  resume(stack_pointer, 0);
}

std::int64_t ProgramThread::enter(UserMode& mode, std::uint64_t number, const std::uint64_t* arguments) {
  auto& self = static_cast<ProgramThread&>(mode);
  RawCall& call = self.call_;
  call.number = static_cast<std::uint32_t>(number);
  if (self.memory().has_absent()) self.bring_in_bytes(host_address(arguments), sizeof call.arguments, Access::read);
  std::copy_n(arguments, std::size(call.arguments), call.arguments);  // a fault here is still the program's
  self.caller_.thread().context.allow_faults(false);
  self.leave_user();
  std::int64_t result = self.serve(RawCall(call));
  if (self.caller_.thread().signal_work != 0) [[unlikely]]
    result = self.handle_signals(result);
  self.caller_.thread().context.allow_faults(false);
  self.return_to_user();
  return result;
}

// What it has done is charged before anything else: the program ran ahead of the clock.
void ProgramThread::leave_user() {
  state_ = {.thread_word = header().thread, .error = errno};
  charge_edges(granted_ - std::clamp<std::int64_t>(header().edges, -1, granted_));
}

void ProgramThread::charge_edges(std::int64_t edges) {
  caller_.charge(edge_price(caller_) * edges, Mode::user);
  caller_.thread().context.allow_faults(false);
}

// No thread of a program comes back from the kernel without the header.
void ProgramThread::end_without_header() {
  caller_.kernel().end_process(caller_.process(), WaitStatus::killed_by(static_cast<int>(Signal::sigsegv)));
  caller_.exit_thread(0);
}

// As many edges as fit before anything else is due.
void ProgramThread::return_to_user() {
  if (!memory().has_header()) [[unlikely]]
    end_without_header();
  granted_ = std::clamp(caller_.time_ahead() / edge_price(caller_), least_edges, most_edges);
  header().edges = granted_;
  header().thread = state_.thread_word;
  errno = state_.error;
  caller_.thread().context.allow_faults(true);
}

std::int64_t ProgramThread::serve(const RawCall& call) {
  constexpr std::uint64_t most_work = 1'000'000'000;
  switch (call.number) {
    case SIGNALBOX_CALL_EDGES:
      return 0;
    case SIGNALBOX_CALL_WORK:
      charge_edges(static_cast<std::int64_t>(std::min(call.arguments[0], most_work)));
      return 0;
    case SIGNALBOX_CALL_THREAD:
      return create_thread(call);
    case call_number::mmap:
      return map_pages(call);
    case call_number::mremap:
      return move_pages(call);
    case call_number::brk:
      return move_break(call);
    case call_number::fork:
      return fork();
    case vfork_number:
      return vfork(call);
    case call_number::execve:
      return exec(call);
    case SIGNALBOX_CALL_JOIN:
      return caller_.syscall({.number = call_number::thread_join, .arguments = {call.arguments[0]}});
    case SIGNALBOX_CALL_DETACH:
      return caller_.syscall({.number = call_number::thread_detach, .arguments = {call.arguments[0]}});
    case futex_number:
      return futex(call);
    case call_number::rt_sigreturn:
      return return_from_handler(call);
    case call_number::sigaltstack:
      return set_alternate_stack(call);
    default:
      // Calls that Linux has not take objects of the emulator itself.
      if (call.number >= first_own_call || call.number == clone_number) return minus(Errno::enosys);
      return caller_.syscall(call);
  }
}

// mmap(2): not outside of the addresses that programs have.
std::int64_t ProgramThread::map_pages(RawCall call) {
  auto& [hint, bytes, prot, flags, fd, offset] = call.arguments;
  if (is_lent_ && (flags & map_anonymous) == 0) return minus(Errno::enomem);  // frames belong to one process
  const bool is_fixed = (flags & (map_fixed | map_fixed_noreplace)) != 0;
  const bool is_inside = memory().is_own({VirtAddr(hint), VirtAddr(hint) + bytes});
  if (is_fixed && !is_inside) return minus(Errno::enomem);
  if (!is_fixed && !is_inside) hint = 0;
  const std::int64_t at = caller_.syscall(call);
  if (at < 0) return at;
  const VirtAddr begin(static_cast<std::uint64_t>(at));
  const auto opened = memory().open({begin, begin + page_aligned(bytes)});
  return opened.has_value() ? at : minus(opened.error());
}

// mremap(2): what it makes larger is fresh.
std::int64_t ProgramThread::move_pages(const RawCall& call) {
  const std::uint64_t old_bytes = page_aligned(call.arguments[1]);
  const std::uint64_t new_bytes = page_aligned(call.arguments[2]);
  const std::uint64_t wanted = call.arguments[4];
  const bool is_fixed = (call.arguments[3] & mremap_fixed) != 0;
  if (is_fixed && !memory().is_own({VirtAddr(wanted), VirtAddr(wanted) + new_bytes})) return minus(Errno::enomem);
  const std::int64_t at = caller_.syscall(call);
  if (at < 0 || new_bytes <= old_bytes) return at;
  const VirtAddr begin(static_cast<std::uint64_t>(at));
  const auto opened = memory().open({begin + old_bytes, begin + new_bytes});
  return opened.has_value() ? at : minus(opened.error());
}

std::int64_t ProgramThread::move_break(const RawCall& call) {
  const VirtAddr before = page_aligned(memory().map().parts.heap_end);
  const std::int64_t answer = caller_.syscall(call);
  const VirtAddr after = page_aligned(VirtAddr(static_cast<std::uint64_t>(answer)));
  if (after > before && !memory().open({before, after}).has_value()) {
    memory().map().parts.heap_end = before;
    return static_cast<std::int64_t>(before.value());
  }
  return answer;
}

std::int64_t ProgramThread::fork() {
  auto memory_of_child = memory().fork();
  if (!memory_of_child.has_value()) return minus(memory_of_child.error());
  ThreadRequest request;
  request.program = ForkedProgram{std::move(memory_of_child).value(), stack_pointer(), state_};
  return caller_.syscall({.number = call_number::fork, .arguments = {host_address(&request)}});
}

// vfork(2): the child is in the same memory until it ends or becomes another program, and this thread waits for that,
// whatever signals come. The child returns first, through the frames of the call, which are put back as they were; they
// end where the argument says. A program that makes the call by itself does not say it: it gets a fork. So does one
// with pages that are frames, which belong to one process.
std::int64_t ProgramThread::vfork(const RawCall& call) {
  std::array<std::byte, 1024> frames;
  const std::uint64_t begin = host_address(stack_pointer());
  const std::uint64_t bytes = call.arguments[0] - begin;
  if (call.arguments[0] < begin || bytes > frames.size() || memory().has_absent()) return fork();
  const auto kept = std::span(frames).first(memory().copy_from(begin, std::span(frames).first(bytes)));
  auto returned = std::make_shared<LentMemory::Return>();
  ThreadRequest request;
  request.program = ForkedProgram{LentMemory::lend(caller_.process().compiled, returned), stack_pointer(), state_};
  const std::int64_t child = caller_.syscall({.number = call_number::fork, .arguments = {host_address(&request)}});
  while (child > 0 && !returned->is_done) caller_.sleep_on(returned->parent);
  memory().copy_to(begin, kept);
  return child;
}

std::int64_t ProgramThread::create_thread(const RawCall& call) {
  const auto& arguments = call.arguments;
  ThreadRequest request;
  request.program = AddedThread{host_function<Entry>(arguments[0]), arguments[1], host_bytes(arguments[2], 0).data()};
  return caller_.syscall({.number = call_number::thread_create, .arguments = {host_address(&request)}});
}

static constexpr std::uint64_t futex_command_bits =
    0x7f;  // without those of FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME

// futex(2), of threads and of relatives that share memory; no more of it than the runtime needs.
std::int64_t ProgramThread::futex(const RawCall& call) {
  constexpr std::uint64_t wait = 0;
  constexpr std::uint64_t wake = 1;
  constexpr std::uint64_t wait_bitset = 9;
  caller_.charge(caller_.kernel().costs().syscall);
  const std::uint64_t at = call.arguments[0];
  const Vma* const vma = memory().map().vmas().find(VirtAddr(at));
  if (at % sizeof(std::uint32_t) != 0) return minus(Errno::einval);
  if (vma == nullptr || !vma->has(vma_flag::read)) return minus(Errno::efault);
  const bool is_shared = vma->has(vma_flag::shared);
  const FutexTable::Word word{.process = is_shared ? Pid() : caller_.process().pid,
                              .at = is_shared ? memory().shared_word(*vma, at) : at};
  const std::uint64_t command = call.arguments[1] & futex_command_bits;
  if (command == wake) return memory().family().futexes.wake(word, static_cast<std::uint32_t>(call.arguments[2]));
  if (command != wait && command != wait_bitset) return minus(Errno::enosys);
  if (command == wait_bitset && static_cast<std::uint32_t>(call.arguments[5]) == 0) return minus(Errno::einval);
  const Result<int> slept = futex_wait(call, word);
  // With a length it would have to begin again with less (kernel/futex/waitwake.c, -ERESTART_RESTARTBLOCK).
  if (!slept.has_value() && slept.error() == Errno::eintr) {
    const bool has_length = call.arguments[3] != 0 && command == wait;
    caller_.thread().own_signals().restart = has_length ? Restart::without_handler : Restart::if_asked;
  }
  return encode_result(slept);
}

// The deadline of FUTEX_WAIT is a length, of FUTEX_WAIT_BITSET an instant. What the sleep is for, for reports, is where
// Linux has an address that these commands do not use.
Result<int> ProgramThread::futex_wait(const RawCall& call, const FutexTable::Word& word) {
  std::uint32_t value = 0;
  const std::uint64_t at = call.arguments[0];
  while (memory().copy_from(at, std::as_writable_bytes(std::span(&value, 1))) < sizeof value) {
    if (!signalbox::bring_in(caller_, memory(), at, Access::read)) return Errno::efault;
  }
  if (value != static_cast<std::uint32_t>(call.arguments[2])) return Errno::eagain;
  Instant deadline = Instant::max();
  if (const std::uint64_t time_at = call.arguments[3]; time_at != 0) {
    TimeSpec time;
    TRY(copy_from_user(caller_, VirtAddr(time_at), std::as_writable_bytes(std::span(&time, 1))));
    if (time.seconds < 0 || time.nanoseconds < 0 || time.nanoseconds >= 1_s / 1_ns) return Errno::einval;
    const Duration length = std::min(time.seconds, Duration::max() / 2_s) * 1_s + Duration(time.nanoseconds);
    const bool is_instant = (call.arguments[1] & futex_command_bits) != 0;
    deadline = std::max((is_instant ? Instant() : caller_.now()) + length, caller_.now());
    if (!is_instant) deadline = caller_.thread().deadline_again(deadline);
  }
  const auto kind = static_cast<WaitKind>(std::min<std::uint64_t>(call.arguments[4], wait_kind_count - 1));
  const bool is_known = kind == WaitKind::condition || kind == WaitKind::barrier || kind == WaitKind::semaphore;
  const auto slept = memory().family().futexes.wait(caller_, word, is_known ? kind : WaitKind::mutex, deadline);
  if (!slept.has_value() && slept.error() == Errno::eintr) caller_.thread().own_signals().restart_deadline = deadline;
  return slept;
}

// execve(2). The program file is the host's; a script has no interpreter here.
std::int64_t ProgramThread::exec(const RawCall& call) {
  const auto path = read_string(caller_, memory(), call.arguments[0]);
  const auto arguments = read_strings(caller_, memory(), call.arguments[1]);
  const auto environment = read_strings(caller_, memory(), call.arguments[2]);
  if (!path.has_value()) return minus(path.error());
  if (!arguments.has_value()) return minus(arguments.error());
  if (!environment.has_value()) return minus(environment.error());
  const std::shared_ptr<const ProgramWorld> world = memory().family().shared_world();
  const std::string file = world->find(*path);
  if (file.empty()) return minus(Errno::enoent);
  ProgramReplaced replaced;
  try {
    static_cast<void>(read_image_file(file));
    replaced.next = load_program(file, world, *arguments, *environment);
  } catch (const InputError&) {
    return minus(Errno::enoexec);
  } catch (const std::bad_alloc&) {
    return minus(Errno::enomem);
  }
  const std::int64_t done = caller_.syscall({.number = call_number::execve, .arguments = {}});
  if (done < 0) return done;
  charge_edges(1);  // the jump into it: programs that replace each other for ever take time
  throw std::move(replaced);
}

namespace {

// A thread's program, and whatever replaces it.
template <class Begin>
[[noreturn]] void run_thread(Caller& caller, Begin begin) {
  LoadedProgram next;
  try {
    begin();
  } catch (ProgramReplaced& replaced) {
    next = std::move(replaced.next);
  }
  run_program(caller, std::move(next));
}

int AddedThread::operator()(Caller& caller) {
  run_thread(caller, [&] {
    ProgramThread thread(caller);
    thread.run(stack_top, entry, argument);
  });
}

int ForkedProgram::operator()(Caller& caller) {
  Process& process = caller.process();
  process.compiled = std::move(memory);
  ProgramMemory& own = ProgramMemory::of(process);
  const bool is_lent = process.compiled.get() != &own;
  if (!is_lent) own.begin_in(caller.thread(), caller.kernel().pager());
  run_thread(caller, [&] {
    ProgramThread thread(caller, state);
    if (is_lent) thread.lend();
    thread.run_copy(stack_pointer);
  });
}

}  // namespace

}  // namespace signalbox
