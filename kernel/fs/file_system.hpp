#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "kernel/fs/directory.hpp"
#include "kernel/fs/disk_space.hpp"
#include "kernel/fs/page_cache.hpp"
#include "kernel/fs/path_resolution.hpp"
#include "kernel/fs/user_quota.hpp"

namespace signalbox {

// A machine's tree of files, from its root on, with the errno that Linux gives for each path (path_resolution(7),
// fs/namei.c, 6.1). It begins with /dev/null, /dev/zero, /dev/shm, /dev/mqueue and /tmp. Names and attributes are in
// memory and take no time; what is in regular files is on the file device. Nothing here sleeps.
class FileSystem {
 public:
  // `cache` null: the machine has no memory, and so no disk; nothing can be made (Errno::erofs).
  explicit FileSystem(PageCache* cache);
  ~FileSystem() { root_->clear(); }
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;

  Directory& root() { return *root_; }

  // stat(2), chdir(2), truncate(2): what a path leads to. Errno::enoent, enotdir, eacces, enametoolong, eloop.
  Result<FileRef> find(const PathWalker& walker, std::string_view path, LastLink last = LastLink::follow);
  // open(2), with its flags; the permissions of a new file are the caller's, without what umask takes. Also
  // Errno::eexist, eisdir, einval, erofs. Truncating is the caller's, where `truncates` says so: it may sleep.
  struct Found {
    FileRef file = {};
    bool truncates = false;
  };
  Result<Found> open(const PathWalker& walker, std::string_view path, std::uint32_t flags, std::uint32_t permissions);
  Result<void> make_directory(const PathWalker& walker, std::string_view path, std::uint32_t permissions);
  // symlink(2). Errno::eexist, enoent: an empty target.
  Result<void> make_symbolic_link(const PathWalker& walker, std::string_view path, std::string_view target);
  // mknod(2): a name for what `make` makes of the attributes. Errno::eexist.
  using Maker = FileRef (*)(FileSystem&, const FileAttributes&);
  Result<FileRef> make_node(const PathWalker& walker, std::string_view path, std::uint32_t permissions, FileKind kind,
                            Maker make);
  // Of a file that has no name, as a pipe.
  FileAttributes attributes_for(const PathWalker& walker, std::uint32_t permissions);
  FileRef make_regular(const FileAttributes& given);
  // Pages that are in users' pipes (pipe(7), pipe-user-pages-soft).
  const std::shared_ptr<UserQuota>& pipe_pages() const { return pipe_pages_; }
  // Bytes that users' message queues may take (RLIMIT_MSGQUEUE).
  const std::shared_ptr<UserQuota>& queue_bytes() const { return queue_bytes_; }
  // link(2): another name for a file. Errno::eexist, eperm: a directory, enoent: it has lost its last name.
  Result<void> make_link(const FileRef& file, const PathWalker& walker, std::string_view path);
  // unlink(2) and rmdir(2). Errno::eisdir, enotdir, enotempty, ebusy, eperm.
  Result<void> remove(const PathWalker& walker, std::string_view path);
  Result<void> remove_directory(const PathWalker& walker, std::string_view path);
  // Where a path's last name is or would be, however long that is; what rename(2) looks for first, of either path
  // (filename_parentat).
  Result<PathEnd> find_name(const PathWalker& walker, std::string_view path);
  // rename(2), after find_name. What `to` was is gone.
  static Result<void> rename(const PathWalker& walker, const PathEnd& from, const PathEnd& to);

  // getcwd(2). Errno::enoent: it was removed; Errno::enametoolong: longer than PATH_MAX with its zero.
  static Result<std::string> path_of(const Directory& folder);

 private:
  using End = PathEnd;

  Result<End> walk(const PathWalker& walker, std::string_view path, LastLink last);
  // Where a name is to be made that nothing has yet; a slash may be behind that of a directory.
  Result<End> walk_to_new(const PathWalker& walker, std::string_view path, bool is_directory);
  Result<Found> create(const PathWalker& walker, const End& end, std::uint32_t permissions);
  static Result<void> check_open(const PathWalker& walker, const File& file, std::uint32_t flags);
  FileAttributes attributes_in(const Directory& folder, const PathWalker& walker, std::uint32_t permissions,
                               FileKind kind);
  static Result<void> check_rename(const End& from, const End& to);
  static Result<void> check_replaced(const PathWalker& walker, const End& from, const End& to);

  PageCache* cache_;
  DiskSpace space_;
  std::uint64_t next_inode_;
  std::shared_ptr<UserQuota> pipe_pages_;
  std::shared_ptr<UserQuota> queue_bytes_;
  DirectoryRef root_;
};

}  // namespace signalbox
