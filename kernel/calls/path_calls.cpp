#include "kernel/calls/path_calls.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "kernel/calls/file_in_use.hpp"
#include "kernel/calls/file_stat.hpp"
#include "kernel/fs/file_system.hpp"
#include "kernel/syscall/numbers.hpp"

namespace signalbox {
namespace {

constexpr std::size_t path_room = 4096;  // PATH_MAX

using PathPointer = UserPointer<const char>;

// getname.
Result<std::string_view> path_from(PathPointer at) {
  const char* const text = TRY(at.get());
  const auto length = static_cast<std::size_t>(std::find(text, text + path_room, '\0') - text);
  if (length == path_room) return Errno::enametoolong;
  return std::string_view(text, length);
}

PathWalker walker_of(Caller& caller, DirectoryRef folder) {
  const Credentials& credentials = caller.process().credentials;
  return {.folder = std::move(folder),
          .user = credentials.effective_user,
          .group = credentials.effective_group,
          .supplementary_groups = credentials.supplementary_groups,
          .is_privileged = credentials.is_privileged(),
          .now = caller.now()};
}

// What `body` answers of the file system and who walks; where there is room for it: it may not suspend.
template <class Body>
auto on_files(Caller& caller, Body body) -> std::invoke_result_t<Body, FileSystem&, const PathWalker&> {
  std::invoke_result_t<Body, FileSystem&, const PathWalker&> answer = Errno::enosys;
  caller.kernel().with_room(
      [&] { answer = body(caller.kernel().files(), walker_of(caller, caller.process().folder)); });
  return answer;
}

Result<int> without_value_of(const Result<void>& result) {
  if (!result.has_value()) return result.error();
  return 0;
}

// A number for the file, with what open(2) has left to do that may sleep. Undone if that fails.
Result<Fd> open_file(Caller& caller, FileSystem::Found found, std::uint32_t flags, std::string_view path) {
  FileInUse in_use(caller);
  OpenFile& file = in_use.set(new OpenFile(std::move(found.file), flags, std::string(path)));
  const auto on_exec = (flags & o_cloexec) != 0 ? DescriptorTable::OnExec::close : DescriptorTable::OnExec::keep;
  TRY(file.file().opened(caller, flags));
  if (found.truncates) TRY(file.file().truncate(caller, 0));
  return caller.process().descriptors.add(&file, on_exec, caller.process().descriptor_limit());
}

// Where a relative path begins (openat(2)).
Result<DirectoryRef> folder_of(Caller& caller, Fd from, std::string_view path) {
  if (from == Fd(at_fdcwd) || path.starts_with('/')) return caller.process().folder;
  const OpenFileRef file = TRY(caller.process().descriptors.get(from));
  if (!file->file().is_directory()) return Errno::enotdir;
  return DirectoryRef(&static_cast<Directory&>(file->file()));
}

// openat(2)
Result<Fd> sys_openat(Caller& caller, Fd from, PathPointer at, std::uint32_t flags, std::uint32_t mode) {
  if ((flags & (o_tmpfile & ~o_directory)) != 0) return Errno::eopnotsupp;
  if ((flags & (o_creat | o_directory)) == (o_creat | o_directory)) return Errno::einval;
  const std::string_view path = TRY(path_from(at));
  // Before anything is made or cut (get_unused_fd_flags comes first).
  if (!caller.process().descriptors.has_room(caller.process().descriptor_limit())) return Errno::emfile;
  const std::uint32_t permissions = mode & permission_bits & ~caller.process().umask;
  FileSystem::Found found = TRY(on_files(caller, [&](FileSystem& files, const PathWalker& walker) {
    const auto folder = folder_of(caller, from, path);
    if (!folder.has_value() && !path.empty()) return Result<FileSystem::Found>(folder.error());
    PathWalker own = walker;
    if (folder.has_value()) own.folder = *folder;
    return files.open(own, path, flags, permissions);
  }));
  if ((flags & o_direct) != 0 && found.file->kind() == FileKind::regular) return Errno::einval;
  return open_file(caller, std::move(found), flags, path);
}

// open(2)
Result<Fd> sys_open(Caller& caller, PathPointer path, std::uint32_t flags, std::uint32_t mode) {
  return sys_openat(caller, Fd(at_fdcwd), path, flags, mode);
}

// creat(2)
Result<Fd> sys_creat(Caller& caller, PathPointer path, std::uint32_t mode) {
  return sys_open(caller, path, o_creat | o_wronly | o_trunc, mode);
}

Result<FileRef> file_at(Caller& caller, PathPointer at) {
  const std::string_view path = TRY(path_from(at));
  return on_files(caller, [&](FileSystem& files, const PathWalker& walker) { return files.find(walker, path); });
}

// stat(2)
Result<int> sys_stat(Caller& caller, PathPointer path, UserPointer<FileStat> to) {
  const FileRef file = TRY(file_at(caller, path));
  TRY(to.write(file_stat_of(*file)));
  return 0;
}

// truncate(2)
Result<int> sys_truncate(Caller& caller, PathPointer path, std::int64_t bytes) {
  if (bytes < 0) return Errno::einval;
  FileRef file = TRY(file_at(caller, path));
  if (file->is_directory()) return Errno::eisdir;
  if (file->kind() != FileKind::regular) return Errno::einval;
  if (!walker_of(caller, nullptr).may(file->attributes, PathWalker::to_write)) return Errno::eacces;
  FileInUse in_use(caller);
  OpenFile& open = in_use.set(new OpenFile(std::move(file), o_wronly, {}));
  TRY(open.file().truncate(caller, static_cast<std::uint64_t>(bytes)));
  return 0;
}

// mkdir(2)
Result<int> sys_mkdir(Caller& caller, PathPointer at, std::uint32_t mode) {
  const std::string_view path = TRY(path_from(at));
  const std::uint32_t permissions = mode & (0777 | sticky_bit) & ~caller.process().umask;
  return without_value_of(on_files(caller, [&](FileSystem& files, const PathWalker& walker) {
    return files.make_directory(walker, path, permissions);
  }));
}

// unlink(2)
Result<int> sys_unlink(Caller& caller, PathPointer at) {
  const std::string_view path = TRY(path_from(at));
  return without_value_of(
      on_files(caller, [&](FileSystem& files, const PathWalker& walker) { return files.remove(walker, path); }));
}

// rmdir(2)
Result<int> sys_rmdir(Caller& caller, PathPointer at) {
  const std::string_view path = TRY(path_from(at));
  return without_value_of(on_files(
      caller, [&](FileSystem& files, const PathWalker& walker) { return files.remove_directory(walker, path); }));
}

// rename(2)
Result<int> sys_rename(Caller& caller, PathPointer from, PathPointer to) {
  const std::string_view from_path = TRY(path_from(from));
  const std::string_view to_path = TRY(path_from(to));
  return without_value_of(on_files(caller, [&](FileSystem& files, const PathWalker& walker) {
    return files.rename(walker, from_path, walker, to_path);
  }));
}

// chdir(2)
Result<int> sys_chdir(Caller& caller, PathPointer path) {
  const FileRef file = TRY(file_at(caller, path));
  if (!file->is_directory()) return Errno::enotdir;
  if (!walker_of(caller, nullptr).may(file->attributes, PathWalker::to_search)) return Errno::eacces;
  DirectoryRef folder = &static_cast<Directory&>(*file);
  caller.kernel().with_room([&] { caller.process().folder = std::move(folder); });
  return 0;
}

// getcwd(2), the raw call: answers the path's length with its zero.
Result<std::uint64_t> sys_getcwd(Caller& caller, UserPointer<char> to, std::uint64_t size) {
  const std::string path =
      TRY(on_files(caller, [](FileSystem&, const PathWalker& walker) { return FileSystem::path_of(*walker.folder); }));
  if (path.size() + 1 > size) return Errno::erange;
  char* const room = TRY(to.get());
  CompiledMemory* const own = caller.process().compiled.get();
  if (own != nullptr && own->reachable(to.address(), path.size() + 1, Access::write) <= path.size())
    return Errno::efault;
  *std::ranges::copy(path, room).out = '\0';
  return path.size() + 1;
}

// umask(2)
Result<std::uint32_t> sys_umask(Caller& caller, std::uint32_t mask) {
  return std::exchange(caller.process().umask, mask & 0777);
}

}  // namespace

std::span<const SyscallRow> path_calls() {
  constexpr auto no_flags = Support::partial("no O_DIRECT, O_PATH, O_TMPFILE");
  static constexpr std::array rows{
      row<sys_open>(call_number::open, "open", no_flags),
      row<sys_stat>(call_number::stat, "stat"),
      row<sys_stat>(call_number::lstat, "lstat"),
      row<sys_truncate>(call_number::truncate, "truncate", Support::partial("RLIMIT_FSIZE is not heeded")),
      row<sys_getcwd>(call_number::getcwd, "getcwd"),
      row<sys_chdir>(call_number::chdir, "chdir"),
      row<sys_rename>(call_number::rename, "rename"),
      row<sys_mkdir>(call_number::mkdir, "mkdir"),
      row<sys_rmdir>(call_number::rmdir, "rmdir"),
      row<sys_creat>(call_number::creat, "creat"),
      row<sys_unlink>(call_number::unlink, "unlink"),
      row<sys_umask>(call_number::umask, "umask"),
      row<sys_openat>(call_number::openat, "openat", no_flags),
  };
  return rows;
}

}  // namespace signalbox
