#pragma once

namespace signalbox {

// Linux's x86-64 numbers (signal(7)). Real-time signals have numbers from first_realtime_signal to last_signal.
enum class Signal : int {
  sighup = 1,
  sigint = 2,
  sigquit = 3,
  sigill = 4,
  sigtrap = 5,
  sigabrt = 6,
  sigbus = 7,
  sigfpe = 8,
  sigkill = 9,
  sigusr1 = 10,
  sigsegv = 11,
  sigusr2 = 12,
  sigpipe = 13,
  sigalrm = 14,
  sigterm = 15,
  sigstkflt = 16,
  sigchld = 17,
  sigcont = 18,
  sigstop = 19,
  sigtstp = 20,
  sigttin = 21,
  sigttou = 22,
  sigurg = 23,
  sigxcpu = 24,
  sigxfsz = 25,
  sigvtalrm = 26,
  sigprof = 27,
  sigwinch = 28,
  sigio = 29,
  sigpwr = 30,
  sigsys = 31,
};
inline constexpr int first_realtime_signal = 32;  // the kernel's SIGRTMIN; glibc keeps the first two for itself
inline constexpr int last_signal = 64;

constexpr bool is_realtime_signal(Signal signal) { return static_cast<int>(signal) >= first_realtime_signal; }

enum class DefaultAction { terminate, ignore, stop, resume };

// What happens to a process that has not arranged otherwise (signal(7)). Real-time signals terminate.
constexpr DefaultAction default_action(Signal signal) {
  if (signal == Signal::sigchld || signal == Signal::sigurg || signal == Signal::sigwinch) return DefaultAction::ignore;
  if (signal == Signal::sigcont) return DefaultAction::resume;
  const bool stops =
      signal == Signal::sigstop || signal == Signal::sigtstp || signal == Signal::sigttin || signal == Signal::sigttou;
  return stops ? DefaultAction::stop : DefaultAction::terminate;
}

}  // namespace signalbox
