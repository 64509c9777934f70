#include "kernel/calls/name_calls.hpp"

#include <array>
#include <span>
#include <utility>

#include "kernel/calls/file_in_use.hpp"
#include "kernel/calls/path_argument.hpp"
#include "kernel/fs/open_flags.hpp"
#include "kernel/fs/symbolic_link.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/user_memory.hpp"

namespace signalbox {
namespace {

// mkdirat(2)
Result<int> sys_mkdirat(Caller& caller, Fd from, PathPointer at, std::uint32_t mode) {
  const std::string_view path = TRY(path_from(at));
  const std::uint32_t permissions = mode & (0777 | sticky_bit) & ~caller.process().umask;
  return without_value_of(on_files(caller, from, path, [&](FileSystem& files, const PathWalker& walker) {
    return files.make_directory(walker, path, permissions);
  }));
}

// mkdir(2)
Result<int> sys_mkdir(Caller& caller, PathPointer path, std::uint32_t mode) {
  return sys_mkdirat(caller, here, path, mode);
}

// unlinkat(2)
Result<int> sys_unlinkat(Caller& caller, Fd from, PathPointer at, std::uint32_t flags) {
  if ((flags & ~at_removedir) != 0) return Errno::einval;
  const std::string_view path = TRY(path_from(at));
  return without_value_of(on_files(caller, from, path, [&](FileSystem& files, const PathWalker& walker) {
    return flags != 0 ? files.remove_directory(walker, path) : files.remove(walker, path);
  }));
}

// unlink(2)
Result<int> sys_unlink(Caller& caller, PathPointer path) { return sys_unlinkat(caller, here, path, 0); }

// rmdir(2)
Result<int> sys_rmdir(Caller& caller, PathPointer path) { return sys_unlinkat(caller, here, path, at_removedir); }

// renameat(2). Whatever is wrong with the first path is told before anything of the second (do_renameat2).
Result<int> sys_renameat(Caller& caller, Fd from, PathPointer from_at, Fd to, PathPointer to_at) {
  const std::string_view path = TRY(path_from(from_at));
  const Result<std::string_view> second = path_from(to_at);
  return without_value_of(
      on_files(caller, from, path, [&](FileSystem& files, const PathWalker& walker) -> Result<void> {
        const PathEnd old_name = TRY(files.find_name(walker, path));
        const std::string_view to_path = TRY(second);
        const PathWalker to_walker = TRY(walker_from(caller, to, to_path));
        const PathEnd new_name = TRY(files.find_name(to_walker, to_path));
        return files.rename(walker, old_name, new_name);
      }));
}

// rename(2)
Result<int> sys_rename(Caller& caller, PathPointer from, PathPointer to) {
  return sys_renameat(caller, here, from, here, to);
}

// linkat(2)
Result<int> sys_linkat(Caller& caller, Fd from, PathPointer from_at, Fd to, PathPointer to_at, std::uint32_t flags) {
  if ((flags & ~(at_symlink_follow | at_empty_path)) != 0) return Errno::einval;
  // A descriptor alone gives nobody the right to make a name.
  if ((flags & at_empty_path) != 0 && !caller.process().credentials.is_privileged()) return Errno::enoent;
  const std::uint32_t follow = (flags & at_symlink_follow) != 0 ? 0 : at_symlink_nofollow;
  const FileRef file = TRY(file_at(caller, from, from_at, follow | (flags & at_empty_path)));
  const std::string_view path = TRY(path_from(to_at));
  return without_value_of(on_files(caller, to, path, [&](FileSystem& files, const PathWalker& walker) {
    return files.make_link(file, walker, path);
  }));
}

// link(2)
Result<int> sys_link(Caller& caller, PathPointer from, PathPointer to) {
  return sys_linkat(caller, here, from, here, to, 0);
}

// symlinkat(2)
Result<int> sys_symlinkat(Caller& caller, PathPointer target_at, Fd from, PathPointer at) {
  const std::string_view target = TRY(path_from(target_at));
  if (target.empty()) return Errno::enoent;
  const std::string_view path = TRY(path_from(at));
  return without_value_of(on_files(caller, from, path, [&](FileSystem& files, const PathWalker& walker) {
    return files.make_symbolic_link(walker, path, target);
  }));
}

// symlink(2)
Result<int> sys_symlink(Caller& caller, PathPointer target, PathPointer path) {
  return sys_symlinkat(caller, target, here, path);
}

// readlinkat(2): without a zero behind it; what has no room is cut off.
Result<std::uint64_t> sys_readlinkat(Caller& caller, Fd from, PathPointer at, VirtAddr to, std::int32_t room) {
  if (room <= 0) return Errno::einval;
  FileRef file = TRY(file_at(caller, from, at, at_symlink_nofollow | at_empty_path));
  if (file->kind() != FileKind::symbolic_link) return TRY(path_from(at)).empty() ? Errno::enoent : Errno::einval;
  FileInUse in_use(caller);
  const File& link = in_use.set(new OpenFile(std::move(file), o_rdonly, {})).file();
  const std::string_view target = static_cast<const SymbolicLink&>(link).target();
  const std::string_view told = target.substr(0, static_cast<std::size_t>(room));
  TRY(copy_to_user(caller, to, std::as_bytes(std::span(told))));
  return told.size();
}

// readlink(2)
Result<std::uint64_t> sys_readlink(Caller& caller, PathPointer path, VirtAddr to, std::int32_t room) {
  return sys_readlinkat(caller, here, path, to, room);
}

}  // namespace

std::span<const SyscallRow> name_calls() {
  static constexpr std::array rows{
      row<sys_rename>(call_number::rename, "rename"),
      row<sys_mkdir>(call_number::mkdir, "mkdir"),
      row<sys_rmdir>(call_number::rmdir, "rmdir"),
      row<sys_link>(call_number::link, "link"),
      row<sys_unlink>(call_number::unlink, "unlink"),
      row<sys_symlink>(call_number::symlink, "symlink"),
      row<sys_readlink>(call_number::readlink, "readlink"),
      row<sys_mkdirat>(call_number::mkdirat, "mkdirat"),
      row<sys_unlinkat>(call_number::unlinkat, "unlinkat"),
      row<sys_renameat>(call_number::renameat, "renameat"),
      row<sys_linkat>(call_number::linkat, "linkat"),
      row<sys_symlinkat>(call_number::symlinkat, "symlinkat"),
      row<sys_readlinkat>(call_number::readlinkat, "readlinkat"),
  };
  return rows;
}

}  // namespace signalbox
