#pragma once

#include <bit>
#include <cstdint>
#include <initializer_list>

#include "kernel/base/signal.hpp"

namespace signalbox {

// A set of signals, laid out as the kernel's sigset_t: bit n - 1 is signal n.
class SignalSet {
 public:
  constexpr SignalSet() = default;
  constexpr SignalSet(std::initializer_list<Signal> signals) {
    for (const Signal signal : signals) add(signal);
  }
  static constexpr SignalSet from_bits(std::uint64_t bits) {
    SignalSet set;
    set.bits_ = bits;
    return set;
  }
  static constexpr SignalSet all() { return from_bits(~std::uint64_t{0}); }

  constexpr std::uint64_t bits() const { return bits_; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool has(Signal signal) const { return (bits_ & bit(signal)) != 0; }
  constexpr void add(Signal signal) { bits_ |= bit(signal); }
  constexpr void remove(Signal signal) { bits_ &= ~bit(signal); }
  // The lowest number. Requires one.
  constexpr Signal first() const { return static_cast<Signal>(std::countr_zero(bits_) + 1); }

  constexpr SignalSet operator|(SignalSet other) const { return from_bits(bits_ | other.bits_); }
  constexpr SignalSet operator&(SignalSet other) const { return from_bits(bits_ & other.bits_); }
  constexpr SignalSet without(SignalSet other) const { return from_bits(bits_ & ~other.bits_); }
  constexpr bool operator==(const SignalSet&) const = default;

 private:
  static constexpr std::uint64_t bit(Signal signal) { return std::uint64_t{1} << (static_cast<unsigned>(signal) - 1); }

  std::uint64_t bits_ = 0;
};

// What nobody can block, catch or ignore (signal(7)).
inline constexpr SignalSet unblockable_signals{Signal::sigkill, Signal::sigstop};
inline constexpr SignalSet stop_signals{Signal::sigstop, Signal::sigtstp, Signal::sigttin, Signal::sigttou};
// What an instruction of the program raises; taken before all others (kernel/signal.c, SYNCHRONOUS_MASK).
inline constexpr SignalSet synchronous_signals{Signal::sigsegv, Signal::sigbus, Signal::sigill,
                                               Signal::sigtrap, Signal::sigfpe, Signal::sigsys};

}  // namespace signalbox
