#pragma once

namespace signalbox {

// The signals that end a process without a handler, as far as processes know signals yet; Linux's x86-64 numbers
// (signal(7)).
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
inline constexpr int last_signal = 64;

enum class DefaultAction { terminate, ignore, stop, resume };

// What happens to a process that has not arranged otherwise (signal(7)). Real-time signals terminate.
constexpr DefaultAction default_action(int signal) {
  switch (signal) {
    case static_cast<int>(Signal::sigchld):
    case static_cast<int>(Signal::sigurg):
    case static_cast<int>(Signal::sigwinch):
      return DefaultAction::ignore;
    case static_cast<int>(Signal::sigcont):
      return DefaultAction::resume;
    case static_cast<int>(Signal::sigstop):
    case static_cast<int>(Signal::sigtstp):
    case static_cast<int>(Signal::sigttin):
    case static_cast<int>(Signal::sigttou):
      return DefaultAction::stop;
    default:
      return DefaultAction::terminate;
  }
}

}  // namespace signalbox
