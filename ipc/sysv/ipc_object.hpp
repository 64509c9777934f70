#pragma once

#include <cstdint>

#include "kernel/base/ids.hpp"
#include "kernel/base/result.hpp"
#include "kernel/base/time.hpp"
#include "kernel/task/credentials.hpp"

namespace signalbox {

using IpcKey = std::int32_t;
inline constexpr IpcKey ipc_private = 0;
inline constexpr std::int32_t ipc_places = 32768;  // for objects of one kind (IPCMNI)

// Flags of the calls that make or find an object; the low nine bits are permissions (linux/ipc.h).
inline constexpr std::uint32_t ipc_create = 01000;
inline constexpr std::uint32_t ipc_exclusive = 02000;
inline constexpr std::uint32_t ipc_no_wait = 04000;
inline constexpr std::uint32_t ipc_permission_bits = 0777;
// Rights, for every class of users at once: the object's mode says which class has them.
inline constexpr std::uint32_t ipc_may_read = 0444;
inline constexpr std::uint32_t ipc_may_write = 0222;

// struct ipc64_perm, which begins what each *ctl(2) tells.
struct IpcPermissionRecord {
  std::int32_t key = 0;
  std::uint32_t user = 0;
  std::uint32_t group = 0;
  std::uint32_t maker_user = 0;
  std::uint32_t maker_group = 0;
  std::uint32_t mode = 0;
  std::uint16_t sequence = 0;
  std::uint16_t padding = 0;
  std::uint64_t unused[2] = {};

  // Whether IPC_SET may make that user and group its owner: -1 is nobody.
  bool has_owner() const { return ~user != 0 && ~group != 0; }
};
static_assert(sizeof(IpcPermissionRecord) == 48);

// What every System V object has (struct kern_ipc_perm): whose it is, and who may what.
class IpcObject {
 public:
  IpcObject(IpcKey key, std::uint32_t mode, const Credentials& maker, Instant now)
      : changed(now),
        key_(key),
        mode_(mode & ipc_permission_bits),
        user_(maker.effective_user),
        maker_user_(maker.effective_user),
        group_(maker.effective_group),
        maker_group_(maker.effective_group) {}

  IpcKey key() const { return key_; }
  // What semget(2) and its like answered: its place, and a sequence that tells apart those that had it one after
  // another.
  std::int32_t id() const { return id_; }
  void named(std::int32_t id) { id_ = id; }
  // Its key is free for another; whoever has the identifier goes on.
  void forget_key() { key_ = ipc_private; }

  // Errno::eacces (ipcperms of ipc/util.c): `rights` as bits of any class of users, as semget(2)'s flags have them.
  Result<void> check(const Credentials& who, std::uint32_t rights) const;
  // Errno::eperm: it is neither his nor made by him (ipcctl_obtain_check).
  Result<void> check_owner(const Credentials& who) const;

  IpcPermissionRecord record() const;
  // IPC_SET.
  void set_permissions(const IpcPermissionRecord& wanted, Instant now);

  Instant changed;  // sem_ctime and its like

 protected:
  ~IpcObject() = default;

 private:
  IpcKey key_;
  std::int32_t id_ = 0;
  std::uint32_t mode_;
  UserId user_, maker_user_;
  GroupId group_, maker_group_;
};

}  // namespace signalbox
