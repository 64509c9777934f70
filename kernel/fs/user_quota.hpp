#pragma once

#include <cstdint>
#include <map>

#include "kernel/base/ids.hpp"

namespace signalbox {

// How much of something each user has, with the amount from which on the unprivileged get no more.
class UserQuota {
 public:
  explicit UserQuota(std::uint64_t soft_limit) : soft_limit_(soft_limit) {}

  std::uint64_t of(UserId user) const {
    const auto found = used_.find(user.value());
    return found == used_.end() ? 0 : found->second;
  }
  bool would_exceed(UserId user, std::uint64_t more) const { return of(user) + more > soft_limit_; }
  void add(UserId user, std::uint64_t more) { used_[user.value()] += more; }
  void remove(UserId user, std::uint64_t less) {
    if ((used_[user.value()] -= less) == 0) used_.erase(user.value());
  }

 private:
  std::uint64_t soft_limit_;
  std::map<UserId::Value, std::uint64_t> used_;
};

}  // namespace signalbox
