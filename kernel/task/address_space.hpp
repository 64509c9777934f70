#pragma once

#include <memory>

#include "kernel/base/ids.hpp"

namespace signalbox {

// What a process's threads share of memory, as far as processes need to know: that it has an identity, so that a
// switch between two of them is told from a switch within one, and how fork makes another.
class AddressSpace {
 public:
  virtual ~AddressSpace() = default;

  virtual AddressSpaceId id() const = 0;
  // The child's space after fork(2).
  virtual std::unique_ptr<AddressSpace> clone_for_fork(AddressSpaceId child) const = 0;
};

// A space that holds nothing but its identity.
class EmptyAddressSpace final : public AddressSpace {
 public:
  explicit EmptyAddressSpace(AddressSpaceId id) : id_(id) {}

  AddressSpaceId id() const override { return id_; }
  std::unique_ptr<AddressSpace> clone_for_fork(AddressSpaceId child) const override {
    return std::make_unique<EmptyAddressSpace>(child);
  }

 private:
  AddressSpaceId id_;
};

}  // namespace signalbox
