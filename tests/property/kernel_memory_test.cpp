// Whatever processes made of the kernel is gone when they are, under any policy; a machine's end checks the rest.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "ipc/poll/epoll_set.hpp"
#include "tests/support/ipc_machine.hpp"

namespace signalbox::kernel_memory_test {

namespace nr = call_number;

enum class Step {
  fork_child,
  make_thread,
  make_pipe,
  fill_pipe,
  duplicate,
  watch_pipe,
  map,
  queue_signal,
  leave,
  last
};
using Steps = std::vector<Step>;

void do_steps(Caller& caller, const Steps& steps, std::size_t from);

void watch(Caller& caller, std::int64_t descriptor) {
  const std::int64_t set = call(caller, nr::epoll_create1, 0);
  EpollEvent event{.events = poll_in, .data = 1};
  EXPECT_EQ(call(caller, nr::epoll_ctl, set, 1, descriptor, &event), 0);
}

constexpr auto realtime_signal = static_cast<Signal>(40);

// To itself, who blocks it: it stays queued.
void queue_signal(Caller& caller) {
  const SignalSet blocked{realtime_signal};
  EXPECT_EQ(call(caller, nr::rt_sigprocmask, 0, &blocked, nullptr, 8), 0);
  EXPECT_EQ(call(caller, nr::kill, caller.process().pid, realtime_signal), 0);
}

void fill(Caller& caller, const PipeNumbers& pipe) { write_text(caller, pipe.out(), std::string(9'000, 'x')); }

// The child, or the thread, goes on with the steps behind this one, as its maker does.
void do_step(Caller& caller, const Steps& steps, std::size_t at) {
  switch (steps[at]) {
    case Step::fork_child:
      fork(caller, [&steps, at](Caller& child) { do_steps(child, steps, at + 1); });
      return;
    case Step::make_thread:
      create_thread(caller, [](Caller& thread) { queue_signal(thread); });
      return;
    case Step::make_pipe:
      new_pipe(caller);
      return;
    case Step::fill_pipe:
      return fill(caller, new_pipe(caller));
    case Step::duplicate:
      for (int i = 0; i < 8; ++i) call(caller, nr::dup, 0);
      return;
    case Step::watch_pipe:
      return watch(caller, new_pipe(caller).in());
    case Step::map:
      UserMemory(caller).store(word_of(map_pages(caller, 4), 1), std::uint64_t{1});
      return;
    case Step::queue_signal:
      return queue_signal(caller);
    case Step::leave:
      call(caller, nr::exit_group, 3);
      return;
    case Step::last:
      return;
  }
}

void do_steps(Caller& caller, const Steps& steps, std::size_t from) {
  for (std::size_t at = from; at < steps.size(); ++at) do_step(caller, steps, at);
}

std::vector<std::uint64_t> live_objects(Machine& machine) {
  std::vector<std::uint64_t> live;
  for (std::size_t i = 0; i < object_class_count; ++i) {
    // What is in memory of the program's file stays: it is the file's.
    const auto object_class = static_cast<ObjectClass>(i);
    const bool is_cached = object_class == ObjectClass::address_space || object_class == ObjectClass::radix_tree_node;
    const bool grows_only = object_class == ObjectClass::pid_table;
    if (!is_cached && !grows_only) live.push_back(machine.kernel_heap().of(object_class).live);
  }
  return live;
}

RC_GTEST_PROP(KernelMemory, ProcessesThatHaveEndedLeaveNoObject, ()) {
  const auto policies = all_policies();
  const PolicyRow* const policy = policies[*rc::gen::inRange<std::size_t>(0, policies.size())];
  const auto last = static_cast<int>(Step::last);
  Steps steps;
  for (const int each : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, last))) {
    if (steps.size() < 9) steps.push_back(static_cast<Step>(each));  // each fork doubles what follows
  }
  MachineOptions options = with_memory();
  options.policy = policy->name;
  MachineFixture fixture(options, all_calls());
  const std::vector<std::uint64_t> before = live_objects(fixture.machine());
  fixture.spawn([&](Caller& caller) { do_steps(caller, steps, 0); });
  RC_ASSERT(fixture.finish() == RunEnd::finished);
  RC_ASSERT(live_objects(fixture.machine()) == before);
  RC_ASSERT(fixture.machine().kernel_heap().of(ObjectClass::mm_struct).ever > 0U);
}

}  // namespace signalbox::kernel_memory_test
