#pragma once

#include <cstdint>
#include <span>

#include "kernel/fs/directory.hpp"

namespace signalbox {

// Who goes along a path: where relative ones begin, what he may, and when.
struct PathWalker {
  DirectoryRef folder = {};
  UserId user = {};  // the effective ones (Linux's fsuid and fsgid)
  GroupId group = {};
  std::span<const GroupId> supplementary_groups = {};
  bool is_privileged = false;
  Instant now = {};

  // Rights as bits of one class of permissions: 4 to read, 2 to write, 1 to search or execute. The privileged may all,
  // but to execute only what somebody may (generic_permission of fs/namei.c, 6.1).
  static constexpr std::uint32_t to_read = 4;
  static constexpr std::uint32_t to_write = 2;
  static constexpr std::uint32_t to_search = 1;
  bool may(const FileAttributes& file, std::uint32_t rights) const;
  bool is_in(GroupId wanted) const;
  // inode_owner_or_capable.
  bool owns(const FileAttributes& file) const { return is_privileged || file.user == user; }
  // Errno::eacces: names in it may not be changed; eperm: it is sticky, and neither it nor the file is the walker's.
  Result<void> check_may_add(const Directory& where) const;
  Result<void> check_may_remove(const Directory& where, const File& what) const;
};

}  // namespace signalbox
