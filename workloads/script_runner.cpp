// Events have rt-app's meaning, as its run_event() and thread_body() have it (github.com/scheduler-tools/rt-app,
// src/rt-app.c).
#include "workloads/script_runner.hpp"

#include <algorithm>
#include <utility>

#include "workloads/guest.hpp"

namespace signalbox {
namespace {

// rt-app looks at the clock after each so much work of a "runtime" event.
constexpr Duration runtime_step = 32_us;
// So many turns at one instant that the machine's watchdog has to see the next ones.
constexpr std::uint32_t idle_turns = 1000;

// How often something is still to be done; -1: for ever.
class LoopCount {
 public:
  explicit LoopCount(std::int64_t times) : left_(times) {}

  bool is_over() const { return left_ == 0; }
  std::int64_t left() const { return left_; }
  bool is_last() const { return left_ == 1; }
  void count() {
    if (left_ > 0) --left_;
  }

 private:
  std::int64_t left_;
};

// How many turns of its phase an instance still makes in a row, by what is left of its loops; -1: for ever. A script of
// one phase comes back to it at once.
std::int64_t turns_left(const Script& script, std::int64_t of_task, std::int64_t of_phase) {
  if (of_phase < 0 || script.phases.size() > 1) return of_phase;
  return of_task < 0 ? -1 : of_phase + (of_task - 1) * script.phases.front().loop;
}

// Where an instance stands. It lives on a compact stack: everything it calls must be small.
class ScriptRunner {
 public:
  ScriptRunner(Caller& caller, ScriptWorld& world, Script& script, ScriptTimer* own_timers, DueTurn* due,
               ScriptBuffers* buffers, Instant first)
      : guest_(caller),
        world_(world),
        objects_(world.objects),
        script_(script),
        own_timers_(own_timers),
        due_(due),
        buffers_(buffers),
        first_(first) {}

  void run();

 private:
  void run_phase(const ScriptPhase& phase);
  void turn(const ScriptPhase& phase);
  void step(const ScriptInstruction& instruction);
  void perform(const ScriptInstruction& instruction);
  ScriptTimer& timer_of(const ScriptInstruction& instruction) {
    if (instruction.op == ScriptOp::instance_timer) return own_timers_[instruction.object];
    return world_.objects.timers[instruction.object];
  }
  void watch_progress();

  void ask_scheduler(const ScriptInstruction& instruction);
  Result<int> set_scheduler(const SchedAttributes& attributes);
  Result<int> set_affinity(const ScriptAffinity& affinity);
  void set_group(TaskGroupId group);
  void compute(const ScriptInstruction& instruction);
  void compute_until(Instant end);
  void stretch(Duration recorded);
  Duration cpu_time() { return guest_.caller().kernel().cpu_times(guest_.caller().thread()).total(); }
  void period(ScriptTimer& timer, const ScriptInstruction& instruction);
  [[noreturn]] void exit();

  void expect_deadline(const ScriptPhase& phase);
  void declare_burst(const ScriptInstruction& instruction);
  template <class T>
  void note(const ScriptInstruction& instruction, const Result<T>& result);
  void end_activation();

  Guest guest_;
  ScriptWorld& world_;
  ScriptObjects& objects_;
  Script& script_;
  ScriptTimer* const own_timers_;
  DueTurn* const due_;
  ScriptBuffers* const buffers_;  // null: it needs none
  const Instant first_;
  LoopCount task_turns_{0};
  LoopCount phase_turns_{0};
  const ScriptInstruction* last_timer_ = nullptr;  // of the phase, if the script has timers
  bool is_active_ = false;
  std::uint32_t turns_now_ = 0;  // turns begun at `turn_began_`
  Instant turn_began_;
  std::uint64_t activations_ = 0;
  Duration accounted_;             // CPU time until the end of the last stretch
  Duration owed_;                  // recorded, and not yet computed; negative: its calls cost more than was recorded
  std::optional<Duration> slack_;  // of this turn's last timer
  Duration wakeup_latency_;        // of the timers since the turn before
};

void ScriptRunner::run() {
  if (guest_.now() < first_) static_cast<void>(guest_.sleep_until(first_));
  for (task_turns_ = LoopCount(script_.loop); !task_turns_.is_over(); task_turns_.count()) {
    for (const ScriptPhase& phase : script_.phases) run_phase(phase);
    if (script_.phases.empty()) break;
  }
  exit();
}

void ScriptRunner::run_phase(const ScriptPhase& phase) {
  for (std::uint32_t at = phase.entry; at < phase.begin; ++at) step(script_.instructions[at]);
  for (phase_turns_ = LoopCount(phase.loop); !phase_turns_.is_over(); phase_turns_.count()) turn(phase);
}

// One turn of a phase is a line of rt-app's log.
void ScriptRunner::turn(const ScriptPhase& phase) {
  watch_progress();
  if (due_ != nullptr) expect_deadline(phase);
  guest_.begin_activation(activations_, wakeup_latency_);
  is_active_ = true;
  slack_.reset();
  wakeup_latency_ = Duration();
  for (std::uint32_t at = phase.begin; at < phase.end; ++at) step(script_.instructions[at]);
  end_activation();
}

// A script that never lets time pass and never enters the kernel would hang the host.
void ScriptRunner::watch_progress() {
  if (guest_.now() != turn_began_) {
    turn_began_ = guest_.now();
    turns_now_ = 0;
  }
  if (++turns_now_ > idle_turns) static_cast<void>(invoke(guest_.caller(), call_number::getpid));
}

void ScriptRunner::step(const ScriptInstruction& instruction) {
  declare_burst(instruction);
  perform(instruction);
}

inline void ScriptRunner::perform(const ScriptInstruction& instruction) {
  switch (instruction.op) {
    case ScriptOp::run:
    case ScriptOp::runtime:
    case ScriptOp::stretch:
    case ScriptOp::memory:
      return compute(instruction);
    case ScriptOp::sleep:
      return note(instruction, guest_.sleep(instruction.duration));
    case ScriptOp::timer:
    case ScriptOp::instance_timer:
      return period(timer_of(instruction), instruction);
    case ScriptOp::lock:
      return note(instruction, guest_.lock(objects_.mutexes[instruction.object]));
    case ScriptOp::unlock:
      return note(instruction, guest_.unlock(objects_.mutexes[instruction.object]));
    case ScriptOp::wait:
      return note(instruction,
                  guest_.wait(objects_.conditions[instruction.object], objects_.mutexes[instruction.other]));
    case ScriptOp::signal:
      return note(instruction, guest_.signal(objects_.conditions[instruction.object]));
    case ScriptOp::broadcast:
      return note(instruction, guest_.broadcast(objects_.conditions[instruction.object]));
    case ScriptOp::barrier:
      return note(instruction, guest_.wait(objects_.barriers[instruction.object]));
    case ScriptOp::post:
      return note(instruction, guest_.post(objects_.semaphores[instruction.object]));
    case ScriptOp::acquire:
      return note(instruction, guest_.wait(objects_.semaphores[instruction.object]));
    case ScriptOp::fork:
      return note(instruction, world_.fork(guest_, instruction.object));
    case ScriptOp::yield:
    case ScriptOp::set_scheduler:
    case ScriptOp::set_affinity:
    case ScriptOp::set_group:
      return ask_scheduler(instruction);
    case ScriptOp::exit:
      return exit();
  }
}

void ScriptRunner::ask_scheduler(const ScriptInstruction& instruction) {
  if (instruction.op == ScriptOp::yield) {
    return note(instruction, invoke(guest_.caller(), call_number::sched_yield));
  }
  if (instruction.op == ScriptOp::set_group) {
    return set_group(TaskGroupId(static_cast<TaskGroupId::Value>(instruction.object)));
  }
  note(instruction, instruction.op == ScriptOp::set_scheduler ? set_scheduler(script_.attributes[instruction.object])
                                                              : set_affinity(script_.affinities[instruction.object]));
}

// What a policy may read of a thread's attributes beyond what its class has in Linux, no call can set.
Result<int> ScriptRunner::set_scheduler(const SchedAttributes& attributes) {
  Thread& thread = guest_.caller().thread();
  if (thread.normal == attributes) return 0;
  TRY(guest_.set_scheduler(attributes));
  if (thread.normal != attributes) guest_.caller().kernel().set_attributes(thread, attributes);
  return 0;
}

Result<int> ScriptRunner::set_affinity(const ScriptAffinity& affinity) {
  if (guest_.caller().thread().asked_affinity == affinity.id) return 0;
  return guest_.set_affinity(affinity.mask);
}

// rt-app writes its thread's number into the group's file; no call of ours writes files.
void ScriptRunner::set_group(TaskGroupId group) {
  Caller& caller = guest_.caller();
  if (caller.thread().entity.group != group) caller.kernel().set_group(caller.thread(), group);
}

void ScriptRunner::compute(const ScriptInstruction& instruction) {
  if (instruction.op == ScriptOp::runtime) return compute_until(guest_.now() + instruction.duration);
  if (instruction.op == ScriptOp::stretch) return stretch(instruction.duration);
  if (instruction.op == ScriptOp::memory) {
    return note(instruction, buffers_->perform(guest_, script_.memory[instruction.object], objects_));
  }
  guest_.compute(instruction.duration);
}

// rt-app's loop around the clock, but that the last step ends when the time is over.
void ScriptRunner::compute_until(Instant end) {
  while (guest_.now() < end) {
    const Topology& topology = guest_.caller().kernel().topology();
    const std::int64_t capacity = topology.place(guest_.caller().thread().entity.cpu).capacity;
    const Duration work_left = (end - guest_.now()) * capacity / CpuPlace::full_capacity;
    guest_.compute(std::clamp(work_left, 1_ns, runtime_step));
  }
}

void ScriptRunner::expect_deadline(const ScriptPhase& phase) {
  due_->deadline = Instant::max();
  if (phase.timer == ScriptPhase::no_timer) return;
  last_timer_ = &script_.instructions[phase.timer];
  const ScriptTimer& timer = timer_of(*last_timer_);
  due_->deadline = (timer.is_started() ? timer.next : first_) + last_timer_->duration;
  due_->period = last_timer_->is_absolute ? last_timer_->duration : Duration();
  due_->turns = turns_left(script_, task_turns_.left(), phase_turns_.left());
}

// A recorded thread's time on a CPU was that of its calls too.
void ScriptRunner::stretch(Duration recorded) {
  owed_ += recorded - (cpu_time() - accounted_);
  if (owed_ > Duration()) guest_.compute(std::exchange(owed_, Duration()));
  accounted_ = cpu_time();
}

// A period that is over already is made up for by an absolute timer, and forgotten by a relative one.
void ScriptRunner::period(ScriptTimer& timer, const ScriptInstruction& instruction) {
  if (!timer.is_started()) timer.next = first_;
  timer.next += instruction.duration;
  const Instant deadline = timer.next;  // others may move a shared timer while this one sleeps
  slack_ = deadline - guest_.now();
  if (due_ != nullptr && last_timer_ == &instruction) {
    const bool starts_again = *slack_ <= Duration() && !instruction.is_absolute;
    due_->pass_timer(*slack_, (starts_again ? guest_.now() : deadline) + instruction.duration);
  }
  if (*slack_ > Duration()) {
    note(instruction, guest_.sleep_until(deadline));
    wakeup_latency_ += guest_.now() - deadline;
  } else {
    if (!instruction.is_absolute) timer.next = guest_.now();
    wakeup_latency_ = Duration();
  }
}

// Ends the thread, not the process: other tasks may be threads of it.
void ScriptRunner::exit() {
  end_activation();
  if (due_ != nullptr) due_->deadline = Instant::max();
  static_cast<void>(invoke(guest_.caller(), call_number::exit, 0));
  std::unreachable();
}

void ScriptRunner::declare_burst(const ScriptInstruction& instruction) {
  if (instruction.burst == ScriptInstruction::no_burst) return;
  const ScriptBurst& burst = script_.bursts[instruction.burst];
  guest_.expect_burst(!phase_turns_.is_last() ? burst.if_repeated
                      : task_turns_.is_last() ? burst.if_ended
                                              : burst.if_left);
}

template <class T>
void ScriptRunner::note(const ScriptInstruction& instruction, const Result<T>& result) {
  if (result.has_value()) return;
  ScriptFailure& failure = script_.failures[static_cast<std::uint32_t>(&instruction - script_.instructions.data())];
  if (failure.count++ > 0) return;
  failure.error = result.error();
  failure.first = guest_.now();
}

void ScriptRunner::end_activation() {
  if (!std::exchange(is_active_, false)) return;
  guest_.end_activation(activations_++, slack_);
  if (due_ != nullptr) due_->is_late = false;
}

}  // namespace

ScriptProgram::ScriptProgram(boost::intrusive_ptr<ScriptWorld> world, Script& script, Instant first)
    : world_(std::move(world)),
      script_(&script),
      first_(first),
      timers_(script.instance_timers == 0 ? nullptr : std::make_unique<ScriptTimer[]>(script.instance_timers)) {
  if (!script.memory.empty()) buffers_ = std::make_unique<ScriptBuffers>(script);
  if (!script.has_timers()) return;
  due_ = std::make_unique<DueTurn>();
  const ScriptPhase& phase = script.phases.front();
  if (phase.timer != ScriptPhase::no_timer) {
    const ScriptInstruction& timer = script.instructions[phase.timer];
    due_->deadline = first_ + timer.duration;
    due_->period = timer.is_absolute ? timer.duration : Duration();
    due_->turns = turns_left(script, script.loop, phase.loop);
  }
  world_->due_turns.push_back(*due_);
}

int ScriptProgram::operator()(Caller& caller) {
  if (due_ != nullptr) due_->thread = caller.thread().tid;
  ScriptRunner(caller, *world_, *script_, timers_.get(), due_.get(), buffers_.get(), first_).run();
  return 0;
}

}  // namespace signalbox
