#pragma once

#include <vector>

#include "kernel/base/ids.hpp"

namespace signalbox {

// Who a process acts as (credentials(7)).
struct Credentials {
  UserId real_user, effective_user, saved_user;
  GroupId real_group, effective_group, saved_group;
  std::vector<GroupId> supplementary_groups;

  bool is_privileged() const { return effective_user == UserId(0); }
};

// May a process with `sender` send a signal to one with `target`? (kill(2): privileged, or the sender's real or
// effective user is the target's real or saved one.)
bool may_signal(const Credentials& sender, const Credentials& target);

}  // namespace signalbox
