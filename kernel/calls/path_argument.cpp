#include "kernel/calls/path_argument.hpp"

#include <algorithm>
#include <utility>

#include "kernel/fs/open_flags.hpp"

namespace signalbox {

Result<std::string_view> path_from(PathPointer at) {
  constexpr std::size_t room = longest_path + 1;
  const char* const text = TRY(at.get());
  const auto length = static_cast<std::size_t>(std::find(text, text + room, '\0') - text);
  if (length == room) return Errno::enametoolong;
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

Result<PathWalker> walker_from(Caller& caller, const PathWalker& walker, Fd from, std::string_view path) {
  PathWalker own = walker;
  own.folder = caller.process().folder;
  if (from == Fd(at_fdcwd) || path.empty() || path.starts_with('/')) return own;
  const OpenFileRef file = TRY(caller.process().descriptors.get(from));
  if (!file->file().is_directory()) return Errno::enotdir;
  own.folder = &static_cast<Directory&>(file->file());
  return own;
}

Result<FileRef> file_at(Caller& caller, Fd from, PathPointer at, std::uint32_t flags) {
  const std::string_view path = TRY(path_from(at));
  if (path.empty() && (flags & at_empty_path) != 0) {
    if (from == Fd(at_fdcwd)) return FileRef(caller.process().folder);
    return FileRef(&TRY(caller.process().descriptors.get(from))->file());
  }
  const LastLink last = (flags & at_symlink_nofollow) != 0 ? LastLink::keep : LastLink::follow;
  return on_files_at(caller, from, path,
                     [&](FileSystem& files, const PathWalker& walker) { return files.find(walker, path, last); });
}

}  // namespace signalbox
