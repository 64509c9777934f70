#include "kernel/calls/path_argument.hpp"

#include <utility>

namespace signalbox {

Result<std::string_view> path_from(PathPointer at) {
  const std::string_view path = TRY(at.text(longest_path + 1));
  if (path.size() > longest_path) return Errno::enametoolong;
  return path;
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

Result<PathWalker> walker_from(Caller& caller, Fd from, std::string_view path) {
  if (from == here || path.empty() || path.starts_with('/')) return walker_of(caller, caller.process().folder);
  const OpenFileRef file = TRY(caller.process().descriptors.get(from));
  if (!file->file().is_directory()) return Errno::enotdir;
  return walker_of(caller, &static_cast<Directory&>(file->file()));
}

Result<FileRef> file_at(Caller& caller, Fd from, PathPointer at, std::uint32_t flags) {
  const std::string_view path = TRY(path_from(at));
  if (path.empty() && (flags & at_empty_path) != 0) {
    if (from == here) return FileRef(caller.process().folder);
    return FileRef(&TRY(caller.process().descriptors.get(from))->file());
  }
  const LastLink last = (flags & at_symlink_nofollow) != 0 ? LastLink::keep : LastLink::follow;
  return on_files(caller, from, path,
                  [&](FileSystem& files, const PathWalker& walker) { return files.find(walker, path, last); });
}

}  // namespace signalbox
