#pragma once

#include <cstdint>
#include <limits>

#include "kernel/fs/file.hpp"
#include "kernel/objects/kernel_object.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

// A counter behind a descriptor (eventfd(2)): writes add to it, a read takes all of it, or one.
class EventCounter final : public File, public KernelObject<ObjectClass::eventfd_ctx> {
 public:
  enum class Takes : std::uint8_t { all, one };
  static constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max() - 1;

  EventCounter(const FileAttributes& given, std::uint64_t value, Takes takes)
      : File(FileKind::anonymous, given), value_(value), takes_(takes) {}

  // Sleeps while it is 0. Errno::einval: less room than its 8 bytes; eagain, eintr, efault.
  Result<std::size_t> read(Current& current, UserBytes& to, const Place& place) override;
  // Sleeps while the sum would be above the most. Errno::einval: fewer than 8 bytes, or all ones; eagain, eintr,
  // efault.
  Result<std::size_t> write(Current& current, UserBytes& from, const Place& place) override;

  ReadyBits readiness(const OpenFile&) const override {
    return (value_ > 0 ? poll_in : 0) | (value_ < most ? poll_out : 0);
  }
  ReadinessList* watchers() override { return &watchers_; }

 private:
  std::uint64_t value_;
  Takes takes_;
  WaitQueue data_{WaitLabel{WaitKind::data, NameId()}};
  WaitQueue room_{WaitLabel{WaitKind::room, NameId()}};
  ReadinessList watchers_;
};

}  // namespace signalbox
