#include "kernel/task/credentials.hpp"

namespace signalbox {

bool may_signal(const Credentials& sender, const Credentials& target) {
  if (sender.is_privileged()) return true;
  const auto matches = [&](UserId user) { return user == target.real_user || user == target.saved_user; };
  return matches(sender.real_user) || matches(sender.effective_user);
}

}  // namespace signalbox
