#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "kernel/calls/all_calls.hpp"
#include "kernel/machine/machine.hpp"
#include "kernel/sim/trace_hash.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/caller.hpp"
#include "tests/support/attributes.hpp"

namespace signalbox {

// So that failures say times, not bytes.
inline void PrintTo(Duration length, std::ostream* out) { *out << length.nanoseconds() << " ns"; }
inline void PrintTo(Instant at, std::ostream* out) { *out << "at " << at.nanoseconds() << " ns"; }
template <class Tag, class Rep>
void PrintTo(Id<Tag, Rep> id, std::ostream* out) {
  *out << "#" << id.value();
}

// Every fact of a run, and questions about them.
class RecordedTrace final : public TraceSink {
 public:
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override {
    events_.insert(events_.end(), batch.begin(), batch.end());
    static_cast<void>(names);
  }
  void finish(Instant end) override { end_ = end; }

  const std::vector<TraceEvent>& events() const { return events_; }
  Instant end() const { return end_; }
  std::vector<TraceEvent> of(TraceKind kind) const {
    std::vector<TraceEvent> found;
    for (const TraceEvent& event : events_) {
      if (event.kind == kind) found.push_back(event);
    }
    return found;
  }
  std::vector<TraceEvent> of(TraceKind kind, Tid thread) const {
    std::vector<TraceEvent> found = of(kind);
    std::erase_if(found, [&](const TraceEvent& event) { return event.thread != thread; });
    return found;
  }
  std::size_t count(TraceKind kind, int detail) const {
    const std::vector<TraceEvent> found = of(kind);
    return static_cast<std::size_t>(
        std::ranges::count_if(found, [&](const TraceEvent& event) { return event.detail == detail; }));
  }

 private:
  std::vector<TraceEvent> events_;
  Instant end_;
};

inline PolicyChoice policy_of(std::string_view text) {
  auto parsed = parse_policy(text);
  if (const auto* wrong = std::get_if<PolicyTextError>(&parsed)) ADD_FAILURE() << wrong->what;
  return std::get<PolicyChoice>(std::move(parsed));
}

// What a test machine is, but for its programs.
struct MachineOptions {
  std::string_view policy = "fcfs";
  MachineConfig config;
  std::uint64_t seed = 1;
  bool shuffles_ties = false;
  std::vector<TaskGroupSpec> groups = {};
};

// A machine with all kernel calls, whose trace is recorded and hashed. Programs are lambdas of Caller&.
class MachineFixture {
 public:
  explicit MachineFixture(const MachineOptions& options = {}, SyscallTable calls = all_kernel_calls())
      : simulation_(options.seed, options.shuffles_ties), calls_(std::move(calls)) {
    simulation_.trace().add_sink(trace_);
    simulation_.trace().add_sink(hash_);
    machine_ =
        std::make_unique<Machine>(simulation_, options.config, policy_of(options.policy), calls_, options.groups);
  }

  Process& spawn(ThreadRequest request) {
    const Result<Process*> process = machine_->spawn(std::move(request));
    EXPECT_TRUE(process.has_value());
    return **process;
  }
  template <class Body>
    requires std::is_invocable_v<Body, Caller&>
  Process& spawn(Body body) {
    return spawn(request_of(std::move(body)));
  }

  // A program of any callable; what answers nothing exits with 0.
  template <class Body>
  static ThreadRequest request_of(Body body) {
    ThreadRequest request;
    if constexpr (std::is_void_v<std::invoke_result_t<Body, Caller&>>) {
      request.program = [body = std::move(body)](Caller& caller) mutable {
        body(caller);
        return 0;
      };
    } else {
      request.program = std::move(body);
    }
    return request;
  }

  RunEnd run(Instant limit = Instant::max()) { return machine_->run(limit); }
  // Runs to the end and hands the whole trace over.
  RunEnd finish() {
    const RunEnd end = machine_->run();
    machine_->finish(end);
    return end;
  }

  Machine& machine() { return *machine_; }
  Simulation& simulation() { return simulation_; }
  Instant now() const { return simulation_.now(); }
  const RecordedTrace& trace() const { return trace_; }
  std::uint64_t hash() const { return hash_.value(); }
  // Ends the machine, and with it every program that has not ended.
  void destroy() { machine_.reset(); }

 private:
  RecordedTrace trace_;
  TraceHash hash_;
  Simulation simulation_;
  SyscallTable calls_;
  std::unique_ptr<Machine> machine_;
};

namespace call_detail {

template <class T>
std::uint64_t to_register(T argument) {
  if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<std::uint64_t>(argument);
  } else if constexpr (std::is_null_pointer_v<T>) {
    return 0;
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    return static_cast<std::uint64_t>(argument);
  } else {
    return static_cast<std::uint64_t>(argument.value());
  }
}

}  // namespace call_detail

// A system call as a program makes it: arguments are numbers, ids and pointers; answers the result or minus the errno.
template <class... Arguments>
std::int64_t call(Caller& caller, std::uint32_t number, Arguments... arguments) {
  return caller.syscall(RawCall{number, {call_detail::to_register(arguments)...}});
}
constexpr std::int64_t failed(Errno error) { return -static_cast<std::int64_t>(error); }

// fork with an entry.
template <class Body>
std::int64_t fork(Caller& caller, Body body) {
  ThreadRequest request = MachineFixture::request_of(std::move(body));
  return call(caller, call_number::fork, &request);
}
template <class Body>
std::int64_t create_thread(Caller& caller, Body body, StackKind stack = StackKind::guarded) {
  ThreadRequest request = MachineFixture::request_of(std::move(body));
  request.stack = stack;
  return call(caller, call_number::thread_create, &request);
}
inline std::int64_t join(Caller& caller, std::int64_t tid, std::int64_t* value = nullptr) {
  return call(caller, call_number::thread_join, tid, value);
}
// The raw status of a child that was waited for; -1 with a test failure if none was.
inline std::int32_t wait_for(Caller& caller, std::int64_t pid) {
  std::int32_t status = -1;
  EXPECT_EQ(call(caller, call_number::wait4, pid, &status, 0, nullptr), pid);
  return status;
}
inline void sleep_for(Caller& caller, Duration length) {
  const std::int64_t wanted[2] = {length / 1_s, (length % 1_s).nanoseconds()};
  EXPECT_EQ(call(caller, call_number::nanosleep, &wanted[0], nullptr), 0);
}
inline void compute(Caller& caller, Duration cost) { caller.charge(cost, Mode::user); }

// A test that would otherwise run its expectations in a program that never ran.
class Reached {
 public:
  Reached() = default;
  Reached(const Reached&) = delete;
  Reached& operator=(const Reached&) = delete;
  ~Reached() { EXPECT_TRUE(is_reached_) << "the program did not come so far"; }
  void mark() { is_reached_ = true; }

 private:
  bool is_reached_ = false;
};

// The body of a process's only thread, on a machine of its own that runs to its end.
template <class Body>
void in_a_process(Body body) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    body(caller);
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

}  // namespace signalbox
