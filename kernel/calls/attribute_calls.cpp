#include "kernel/calls/attribute_calls.hpp"

#include <algorithm>
#include <array>

#include "kernel/calls/file_stat.hpp"
#include "kernel/calls/path_argument.hpp"
#include "kernel/fs/open_flags.hpp"
#include "kernel/syscall/numbers.hpp"

namespace signalbox {
namespace {

constexpr std::uint32_t of_all_execute = 0111;
constexpr std::uint32_t unchanged = ~std::uint32_t{0};  // -1 for a user or a group

// newfstatat(2)
Result<int> sys_newfstatat(Caller& caller, Fd from, PathPointer path, UserPointer<FileStat> to, std::uint32_t flags) {
  constexpr std::uint32_t no_automount = 0x800;  // there is nothing to mount
  if ((flags & ~(at_symlink_nofollow | at_empty_path | no_automount)) != 0) return Errno::einval;
  const FileRef file = TRY(file_at(caller, from, path, flags));
  TRY(to.write(file_stat_of(*file)));
  return 0;
}

// stat(2)
Result<int> sys_stat(Caller& caller, PathPointer path, UserPointer<FileStat> to) {
  return sys_newfstatat(caller, here, path, to, 0);
}

// lstat(2)
Result<int> sys_lstat(Caller& caller, PathPointer path, UserPointer<FileStat> to) {
  return sys_newfstatat(caller, here, path, to, at_symlink_nofollow);
}

FileRef file_of(const OpenFileRef& open) { return &open->file(); }

// chmod_common, setattr_prepare and setattr_copy.
Result<int> change_mode(Caller& caller, File& file, std::uint32_t mode) {
  const PathWalker walker = walker_of(caller, nullptr);
  if (!walker.owns(file.attributes)) return Errno::eperm;
  const bool loses_group_bit = !walker.is_privileged && !walker.is_in(file.attributes.group);
  file.attributes.permissions = mode & permission_bits & ~(loses_group_bit ? set_group_bit : 0);
  file.attributes.changed = walker.now;
  return 0;
}

// fchmodat(2)
Result<int> sys_fchmodat(Caller& caller, Fd from, PathPointer path, std::uint32_t mode) {
  return change_mode(caller, *TRY(file_at(caller, from, path)), mode);
}

// chmod(2)
Result<int> sys_chmod(Caller& caller, PathPointer path, std::uint32_t mode) {
  return sys_fchmodat(caller, here, path, mode);
}

// fchmod(2)
Result<int> sys_fchmod(Caller& caller, Fd fd, std::uint32_t mode) {
  return change_mode(caller, *file_of(TRY(caller.process().descriptors.get(fd))), mode);
}

// chown_common, chown_ok and chgrp_ok. A program's right to act as its owner goes.
Result<int> change_owner(Caller& caller, File& file, std::uint32_t user, std::uint32_t group) {
  const PathWalker walker = walker_of(caller, nullptr);
  FileAttributes& has = file.attributes;
  const bool is_own = has.user == walker.user;
  const bool may_user = user == unchanged || walker.is_privileged || (is_own && UserId(user) == has.user);
  const bool may_group = group == unchanged || walker.is_privileged ||
                         (is_own && (walker.is_in(GroupId(group)) || GroupId(group) == has.group));
  if (!may_user || !may_group) return Errno::eperm;
  std::uint32_t lost = file.is_directory() ? 0 : has.permissions & set_user_bit;
  if (!file.is_directory() && (has.permissions & of_group_execute) != 0) lost |= has.permissions & set_group_bit;
  if (lost != 0 && !walker.owns(has)) return Errno::eperm;
  if (user != unchanged) has.user = UserId(user);
  if (group != unchanged) has.group = GroupId(group);
  has.permissions &= ~lost;
  has.changed = walker.now;
  return 0;
}

// fchownat(2)
Result<int> sys_fchownat(Caller& caller, Fd from, PathPointer path, std::uint32_t user, std::uint32_t group,
                         std::uint32_t flags) {
  if ((flags & ~(at_symlink_nofollow | at_empty_path)) != 0) return Errno::einval;
  return change_owner(caller, *TRY(file_at(caller, from, path, flags)), user, group);
}

// chown(2)
Result<int> sys_chown(Caller& caller, PathPointer path, std::uint32_t user, std::uint32_t group) {
  return sys_fchownat(caller, here, path, user, group, 0);
}

// lchown(2)
Result<int> sys_lchown(Caller& caller, PathPointer path, std::uint32_t user, std::uint32_t group) {
  return sys_fchownat(caller, here, path, user, group, at_symlink_nofollow);
}

// fchown(2)
Result<int> sys_fchown(Caller& caller, Fd fd, std::uint32_t user, std::uint32_t group) {
  return change_owner(caller, *file_of(TRY(caller.process().descriptors.get(fd))), user, group);
}

// faccessat(2), the raw call: with the real user and group, and without flags.
Result<int> sys_faccessat(Caller& caller, Fd from, PathPointer at, std::uint32_t rights) {
  constexpr std::uint32_t all_rights = PathWalker::to_read | PathWalker::to_write | PathWalker::to_search;
  if ((rights & ~all_rights) != 0) return Errno::einval;
  const std::string_view path = TRY(path_from(at));
  const Credentials& who = caller.process().credentials;
  return without_value_of(
      on_files(caller, from, path, [&](FileSystem& files, const PathWalker& walker) -> Result<void> {
        PathWalker real = walker;
        real.user = who.real_user;
        real.group = who.real_group;
        real.is_privileged = who.real_user == UserId(0);
        const FileRef file = TRY(files.find(real, path));
        const bool is_program = (file->attributes.permissions & of_all_execute) != 0 || file->is_directory();
        if ((rights & PathWalker::to_search) != 0 && !is_program) return Errno::eacces;
        if (!real.may(file->attributes, rights)) return Errno::eacces;
        return {};
      }));
}

// access(2)
Result<int> sys_access(Caller& caller, PathPointer path, std::uint32_t rights) {
  return sys_faccessat(caller, here, path, rights);
}

// Whether a time of utimensat(2) is a time.
bool is_time(const TimeSpec& time) {
  constexpr std::int64_t nanoseconds_a_second = 1'000'000'000;
  if (time.nanoseconds == utime_now || time.nanoseconds == utime_omit) return true;
  return time.nanoseconds >= 0 && time.nanoseconds < nanoseconds_a_second;
}

// What has no place among the times that files can have is the first or the last of them (timestamp_truncate).
void set_time(Instant& time, const TimeSpec& wanted, Instant now) {
  constexpr std::int64_t most = Instant::max().since_start() / 1_s - 1;
  if (wanted.nanoseconds == utime_omit) return;
  const std::int64_t seconds = std::clamp(wanted.seconds, -most, most);
  time = wanted.nanoseconds == utime_now ? now : Instant() + 1_s * seconds + 1_ns * wanted.nanoseconds;
}

bool are_both(const std::array<TimeSpec, 2>& times, std::int64_t what) {
  return times[0].nanoseconds == what && times[1].nanoseconds == what;
}

// vfs_utimes. Setting both to now needs no more than the right to write.
Result<int> change_times(Caller& caller, File& file, const std::array<TimeSpec, 2>& times) {
  const PathWalker walker = walker_of(caller, nullptr);
  if (!is_time(times[0]) || !is_time(times[1])) return Errno::einval;
  if (!walker.owns(file.attributes)) {
    if (!are_both(times, utime_now)) return Errno::eperm;
    if (!walker.may(file.attributes, PathWalker::to_write)) return Errno::eacces;
  }
  set_time(file.attributes.accessed, times[0], walker.now);
  set_time(file.attributes.modified, times[1], walker.now);
  file.attributes.changed = walker.now;
  return 0;
}

// utimensat(2): without a path, of the open file itself.
Result<int> sys_utimensat(Caller& caller, Fd from, PathPointer path, UserPointer<const std::array<TimeSpec, 2>> at,
                          std::uint32_t flags) {
  std::array<TimeSpec, 2> times{TimeSpec{0, utime_now}, TimeSpec{0, utime_now}};
  if (!at.is_null()) times = TRY(at.read());
  if (are_both(times, utime_omit)) return 0;  // nothing else is looked at
  if (path.is_null() && from != here) {
    if (flags != 0) return Errno::einval;
    return change_times(caller, *file_of(TRY(caller.process().descriptors.get(from))), times);
  }
  if ((flags & ~(at_symlink_nofollow | at_empty_path)) != 0) return Errno::einval;
  return change_times(caller, *TRY(file_at(caller, from, path, flags)), times);
}

}  // namespace

std::span<const SyscallRow> attribute_calls() {
  static constexpr std::array rows{
      row<sys_stat>(call_number::stat, "stat"),
      row<sys_lstat>(call_number::lstat, "lstat"),
      row<sys_access>(call_number::access, "access"),
      row<sys_chmod>(call_number::chmod, "chmod"),
      row<sys_fchmod>(call_number::fchmod, "fchmod"),
      row<sys_chown>(call_number::chown, "chown"),
      row<sys_fchown>(call_number::fchown, "fchown"),
      row<sys_lchown>(call_number::lchown, "lchown"),
      row<sys_fchownat>(call_number::fchownat, "fchownat"),
      row<sys_newfstatat>(call_number::newfstatat, "newfstatat"),
      row<sys_fchmodat>(call_number::fchmodat, "fchmodat"),
      row<sys_faccessat>(call_number::faccessat, "faccessat"),
      row<sys_utimensat>(call_number::utimensat, "utimensat"),
  };
  return rows;
}

}  // namespace signalbox
