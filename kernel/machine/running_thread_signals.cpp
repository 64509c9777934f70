// What a thread does about its signals before it returns to its program.
#include <utility>

#include "kernel/machine/running_thread.hpp"

namespace signalbox {

void RunningThread::raise(Signal signal) {
  const Process& process = thread_.process;
  const SignalInfo info = SignalInfo::from(signal, signal_code::user, process.pid, process.credentials.real_user);
  machine_.dispatcher().with_room([&] { static_cast<void>(machine_.signals().send(thread_, info)); });
}

std::optional<TakenSignal> RunningThread::take_signal() {
  while (true) {
    Delivery delivery;
    machine_.dispatcher().with_room([&] { delivery = machine_.signals().deliver(thread_); });
    end_if_killed();
    switch (delivery.kind) {
      case Delivery::Kind::nothing:
        return std::nullopt;
      case Delivery::Kind::handler:
        return delivery.taken;
      case Delivery::Kind::stop:
        stop();
    }
  }
}

void RunningThread::stop() {
  machine_.dispatcher().with_room([&] { machine_.signals().thread_stops(thread_); });
  ProcessSignals& own = thread_.process.signals;
  while (own.job != JobState::runs) sleep_on(own.continued, Instant::max());
}

// Whether the call that was interrupted begins again: only the first handler is asked (signal(7)).
bool RunningThread::handle_signals(Restart restart) {
  bool begins_again = restart != Restart::never;
  bool is_first = true;
  while (const std::optional<TakenSignal> taken = take_signal()) {
    if (std::exchange(is_first, false)) begins_again = begins_again && restarts_after(restart, taken->action);
    run_handler(*taken);
  }
  machine_.signals().end_interruption(thread_);
  return begins_again;
}

void RunningThread::run_handler(const TakenSignal& taken) {
  const auto& handlers = thread_.process.signals.native_handlers;
  const auto found = handlers.find(taken.info.signal);
  if (found != handlers.end()) {
    const std::shared_ptr<const SignalHandler> handler = found->second;  // it may arrange another one
    thread_.context.allow_faults(true);
    (*handler)(*this, taken.info);
    thread_.context.allow_faults(false);
  }
  machine_.signals().set_blocked(thread_, taken.mask_before);
}

// A signal has cut the program's work: it goes on with the rest when that is handled.
void RunningThread::do_rest_of_work() {
  if (thread_.context.has_user_mode()) return;
  while (true) {
    const Duration rest = thread_.signals == nullptr ? Duration() : std::exchange(thread_.signals->cut_off, Duration());
    handle_signals(Restart::never);
    if (rest == Duration()) return;
    machine_.dispatcher().charge(thread_, rest, Mode::user);
    end_if_killed();
  }
}

}  // namespace signalbox
