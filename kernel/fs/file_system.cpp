#include "kernel/fs/file_system.hpp"

#include <limits>
#include <ranges>
#include <string_view>
#include <vector>

#include "kernel/fs/devices.hpp"
#include "kernel/fs/open_flags.hpp"
#include "kernel/fs/regular_file.hpp"
#include "kernel/fs/symbolic_link.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t first_inode = 2;           // 1 is the program that every process runs
constexpr std::uint64_t blocks_of_programs = 256;  // of the file device, at its beginning
constexpr std::uint64_t null_number = 0x103;       // 1:3 and 1:5, in st_rdev
constexpr std::uint64_t zero_number = 0x105;
constexpr std::uint64_t most_pipe_pages = 16'384;  // of an unprivileged user: pipe-user-pages-soft

}  // namespace

FileSystem::FileSystem(PageCache* cache)
    : cache_(cache),
      space_(blocks_of_programs),
      next_inode_(first_inode),
      pipe_pages_(std::make_shared<UserQuota>(most_pipe_pages)),
      queue_bytes_(std::make_shared<UserQuota>(std::numeric_limits<std::uint64_t>::max())),
      root_(nullptr) {
  const PathWalker builder{.is_privileged = true};
  root_ = new Directory(attributes_for(builder, 0755));
  const DirectoryRef devices = new Directory(attributes_for(builder, 0755));
  root_->add("dev", devices, {});
  root_->add("tmp", new Directory(attributes_for(builder, 01777)), {});
  FileAttributes device = attributes_for(builder, 0666);
  device.device_number = null_number;
  devices->add("null", new NullDevice(device), {});
  device = attributes_for(builder, 0666);
  device.device_number = zero_number;
  devices->add("zero", new ZeroDevice(device), {});
  for (const std::string_view name : {"shm", "mqueue"})
    devices->add(name, new Directory(attributes_for(builder, 01777)), {});
}

FileAttributes FileSystem::attributes_for(const PathWalker& walker, std::uint32_t permissions) {
  return {.inode = next_inode_++,
          .permissions = permissions,
          .user = walker.user,
          .group = walker.group,
          .accessed = walker.now,
          .modified = walker.now,
          .changed = walker.now};
}

// inode_init_owner: in a directory with the set-group-ID bit what is made has its group, and a directory the bit too.
FileAttributes FileSystem::attributes_in(const Directory& folder, const PathWalker& walker, std::uint32_t permissions,
                                         FileKind kind) {
  FileAttributes made = attributes_for(walker, permissions);
  if ((folder.attributes.permissions & set_group_bit) == 0) return made;
  made.group = folder.attributes.group;
  const bool is_foreign = !walker.is_privileged && !walker.is_in(made.group);
  if (kind == FileKind::directory) {
    made.permissions |= set_group_bit;
  } else if (is_foreign && (permissions & of_group_execute) != 0) {
    made.permissions &= ~set_group_bit;
  }
  return made;
}

Result<FileSystem::End> FileSystem::walk(const PathWalker& walker, std::string_view path, LastLink last) {
  End end = TRY(resolve_path(*root_, walker, path, last));
  if (end.name.size() > Directory::longest_name) return Errno::enametoolong;
  return end;
}

Result<PathEnd> FileSystem::find_name(const PathWalker& walker, std::string_view path) {
  return resolve_path(*root_, walker, path, LastLink::never);
}

Result<FileRef> FileSystem::find(const PathWalker& walker, std::string_view path, LastLink last) {
  const End end = TRY(walk(walker, path, last));
  if (end.file == nullptr) return Errno::enoent;
  if (end.has_slash && !end.file->is_directory()) return Errno::enotdir;
  return end.file;
}

// open_last_lookups and do_open.
Result<FileSystem::Found> FileSystem::open(const PathWalker& walker, std::string_view path, std::uint32_t flags,
                                           std::uint32_t permissions) {
  const bool creates = (flags & o_creat) != 0;
  const bool is_exclusive = creates && (flags & o_excl) != 0;
  const bool follows = !is_exclusive && (flags & o_nofollow) == 0;
  const LastLink last = creates ? LastLink::create : LastLink::follow;
  const End end = TRY(walk(walker, path, follows ? last : LastLink::keep));
  if (creates && end.has_slash && end.kind == End::Kind::name) return Errno::eisdir;
  if (end.file == nullptr) return creates ? create(walker, end, permissions) : Result<Found>(Errno::enoent);
  if (is_exclusive) return Errno::eexist;
  if (creates && end.file->is_directory()) return Errno::eisdir;
  const bool wants_directory = end.has_slash || (flags & o_directory) != 0;
  if (wants_directory && !end.file->is_directory()) return Errno::enotdir;
  if (end.file->kind() == FileKind::symbolic_link) return Errno::eloop;
  TRY(check_open(walker, *end.file, flags));
  return Found{.file = end.file, .truncates = (flags & o_trunc) != 0 && end.file->kind() == FileKind::regular};
}

Result<FileSystem::Found> FileSystem::create(const PathWalker& walker, const End& end, std::uint32_t permissions) {
  if (cache_ == nullptr) return Errno::erofs;
  TRY(walker.check_may_add(*end.folder));
  const FileRef file = make_regular(attributes_in(*end.folder, walker, permissions, FileKind::regular));
  end.folder->add(end.name, file, walker.now);
  return Found{.file = file};
}

// may_open. The access mode 3 asks for both rights and gives none.
Result<void> FileSystem::check_open(const PathWalker& walker, const File& file, std::uint32_t flags) {
  const std::uint32_t mode = flags & o_accmode;
  const bool writes = mode != o_rdonly || (flags & o_trunc) != 0;
  if (file.is_directory() && writes) return Errno::eisdir;
  const std::uint32_t rights = (mode != o_wronly ? PathWalker::to_read : 0) | (writes ? PathWalker::to_write : 0);
  if (!walker.may(file.attributes, rights)) return Errno::eacces;
  return {};
}

// filename_create.
Result<FileSystem::End> FileSystem::walk_to_new(const PathWalker& walker, std::string_view path, bool is_directory) {
  End end = TRY(walk(walker, path, LastLink::never));
  if (end.kind != End::Kind::name || end.file != nullptr) return Errno::eexist;
  if (end.has_slash && !is_directory) return Errno::enoent;
  if (cache_ == nullptr) return Errno::erofs;
  TRY(walker.check_may_add(*end.folder));
  return end;
}

Result<void> FileSystem::make_directory(const PathWalker& walker, std::string_view path, std::uint32_t permissions) {
  const End end = TRY(walk_to_new(walker, path, true));
  end.folder->add(end.name, new Directory(attributes_in(*end.folder, walker, permissions, FileKind::directory)),
                  walker.now);
  return {};
}

Result<void> FileSystem::make_symbolic_link(const PathWalker& walker, std::string_view path, std::string_view target) {
  if (target.empty()) return Errno::enoent;
  const End end = TRY(walk_to_new(walker, path, false));
  end.folder->add(
      end.name,
      new SymbolicLink(attributes_in(*end.folder, walker, 0777, FileKind::symbolic_link), std::string(target)),
      walker.now);
  return {};
}

FileRef FileSystem::make_regular(const FileAttributes& given) { return new RegularFile(given, *cache_, space_); }

Result<FileRef> FileSystem::make_node(const PathWalker& walker, std::string_view path, std::uint32_t permissions,
                                      FileKind kind, Maker make) {
  const End end = TRY(walk_to_new(walker, path, false));
  FileRef made = make(*this, attributes_in(*end.folder, walker, permissions, kind));
  end.folder->add(end.name, made, walker.now);
  return made;
}

// vfs_link.
Result<void> FileSystem::make_link(const FileRef& file, const PathWalker& walker, std::string_view path) {
  const End end = TRY(walk_to_new(walker, path, false));
  if (file->is_directory()) return Errno::eperm;
  if (file->attributes.links == 0) return Errno::enoent;
  ++file->attributes.links;
  file->attributes.changed = walker.now;
  end.folder->add(end.name, file, walker.now);
  return {};
}

// do_unlinkat.
Result<void> FileSystem::remove(const PathWalker& walker, std::string_view path) {
  const End end = TRY(walk(walker, path, LastLink::never));
  if (end.kind != End::Kind::name) return Errno::eisdir;
  if (end.file == nullptr) return Errno::enoent;
  if (end.has_slash) return end.file->is_directory() ? Errno::eisdir : Errno::enotdir;
  TRY(walker.check_may_remove(*end.folder, *end.file));
  if (end.file->is_directory()) return Errno::eisdir;
  end.folder->remove(end.name, walker.now);
  return {};
}

// do_rmdir.
Result<void> FileSystem::remove_directory(const PathWalker& walker, std::string_view path) {
  const End end = TRY(walk(walker, path, LastLink::never));
  if (end.kind == End::Kind::dot_dot) return Errno::enotempty;
  if (end.kind == End::Kind::dot) return Errno::einval;
  if (end.kind == End::Kind::root) return Errno::ebusy;
  if (end.file == nullptr) return Errno::enoent;
  TRY(walker.check_may_remove(*end.folder, *end.file));
  if (!end.file->is_directory()) return Errno::enotdir;
  if (!static_cast<const Directory&>(*end.file).empty()) return Errno::enotempty;
  end.folder->remove(end.name, walker.now);
  return {};
}

// do_renameat2.
Result<void> FileSystem::rename(const PathWalker& walker, const PathEnd& from, const PathEnd& to) {
  TRY(check_rename(from, to));
  if (from.file == to.file) return {};
  TRY(check_replaced(walker, from, to));
  from.folder->rename_to(*to.folder, from.name, to.name, walker.now);
  return {};
}

Result<void> FileSystem::check_rename(const End& from, const End& to) {
  if (from.kind != End::Kind::name || to.kind != End::Kind::name) return Errno::ebusy;
  if (from.name.size() > Directory::longest_name) return Errno::enametoolong;
  if (from.file == nullptr) return Errno::enoent;
  if (to.name.size() > Directory::longest_name) return Errno::enametoolong;
  const bool is_directory = from.file->is_directory();
  if (!is_directory && (from.has_slash || to.has_slash)) return Errno::enotdir;
  if (is_directory && to.folder->is_below(static_cast<const Directory&>(*from.file))) return Errno::einval;
  const bool is_above =
      to.file != nullptr && to.file->is_directory() && from.folder->is_below(static_cast<const Directory&>(*to.file));
  if (is_above) return Errno::enotempty;
  return {};
}

// vfs_rename.
Result<void> FileSystem::check_replaced(const PathWalker& walker, const End& from, const End& to) {
  const bool is_directory = from.file->is_directory();
  TRY(walker.check_may_remove(*from.folder, *from.file));
  if (to.file == nullptr) {
    TRY(walker.check_may_add(*to.folder));
  } else {
    TRY(walker.check_may_remove(*to.folder, *to.file));
    if (is_directory && !to.file->is_directory()) return Errno::enotdir;
    if (!is_directory && to.file->is_directory()) return Errno::eisdir;
  }
  const bool changes_parent = is_directory && from.folder != to.folder;
  if (changes_parent && !walker.may(from.file->attributes, PathWalker::to_write)) return Errno::eacces;
  const bool is_full = to.file != nullptr && is_directory && !static_cast<const Directory&>(*to.file).empty();
  if (is_full) return Errno::enotempty;
  return {};
}

// As prepend_path of fs/d_path.c, from the end of a page that is as long as the longest path.
Result<std::string> FileSystem::path_of(const Directory& folder) {
  std::vector<std::string_view> names;
  std::size_t length = 0;
  for (const Directory* at = &folder; &at->parent() != at; at = &at->parent()) {
    if (at->is_removed()) return Errno::enoent;
    names.push_back(at->name());
    length += 1 + names.back().size();
    if (length > longest_path) return Errno::enametoolong;
  }
  std::string path;
  for (const std::string_view name : std::views::reverse(names)) path.append("/").append(name);
  return path.empty() ? "/" : path;
}

}  // namespace signalbox
