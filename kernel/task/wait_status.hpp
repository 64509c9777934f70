#pragma once

#include <cstdint>

namespace signalbox {

// How a process ended, in the encoding of wait(2): exit code in bits 8..15, or the signal in bits 0..6.
class WaitStatus {
 public:
  static constexpr WaitStatus exited(int code) { return WaitStatus((code & 0xff) << 8); }
  static constexpr WaitStatus killed_by(int signal) { return WaitStatus(signal & 0x7f); }
  static constexpr WaitStatus stopped_by(int signal) { return WaitStatus(((signal & 0xff) << 8) | 0x7f); }
  static constexpr WaitStatus continued() { return WaitStatus(0xffff); }
  static constexpr WaitStatus from_raw(std::int32_t raw) { return WaitStatus(raw); }

  constexpr WaitStatus() = default;
  constexpr std::int32_t raw() const { return raw_; }
  constexpr bool has_exited() const { return (raw_ & 0x7f) == 0; }  // WIFEXITED
  constexpr int exit_code() const { return (raw_ >> 8) & 0xff; }    // WEXITSTATUS
  constexpr bool was_signaled() const { return !has_exited(); }     // WIFSIGNALED
  constexpr int signal() const { return raw_ & 0x7f; }              // WTERMSIG
  constexpr bool operator==(const WaitStatus&) const = default;

 private:
  constexpr explicit WaitStatus(std::int32_t raw) : raw_(raw) {}

  std::int32_t raw_ = 0;
};

}  // namespace signalbox
