#include "ipc/sysv/ipc_object.hpp"

#include <algorithm>

namespace signalbox {
namespace {

constexpr unsigned owner_shift = 6;
constexpr unsigned group_shift = 3;
constexpr std::uint32_t one_class = 07;

bool is_in(const Credentials& who, GroupId group) {
  return who.effective_group == group ||
         std::ranges::find(who.supplementary_groups, group) != who.supplementary_groups.end();
}

}  // namespace

// The privileged may all (CAP_IPC_OWNER).
Result<void> IpcObject::check(const Credentials& who, std::uint32_t rights) const {
  if (who.is_privileged()) return {};
  const std::uint32_t wanted = (rights >> owner_shift) | (rights >> group_shift) | rights;
  std::uint32_t granted = mode_;
  if (who.effective_user == user_ || who.effective_user == maker_user_) {
    granted >>= owner_shift;
  } else if (is_in(who, group_) || is_in(who, maker_group_)) {
    granted >>= group_shift;
  }
  if ((wanted & ~granted & one_class) != 0) return Errno::eacces;
  return {};
}

Result<void> IpcObject::check_owner(const Credentials& who) const {
  if (who.is_privileged() || who.effective_user == user_ || who.effective_user == maker_user_) return {};
  return Errno::eperm;
}

IpcPermissionRecord IpcObject::record() const {
  return {.key = key_,
          .user = user_.value(),
          .group = group_.value(),
          .maker_user = maker_user_.value(),
          .maker_group = maker_group_.value(),
          .mode = mode_,
          .sequence = static_cast<std::uint16_t>(id_ / ipc_places)};
}

void IpcObject::set_permissions(const IpcPermissionRecord& wanted, Instant now) {
  user_ = UserId(wanted.user);
  group_ = GroupId(wanted.group);
  mode_ = wanted.mode & ipc_permission_bits;
  changed = now;
}

}  // namespace signalbox
