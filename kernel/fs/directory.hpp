#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "kernel/fs/file.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

class Directory;
using DirectoryRef = boost::intrusive_ptr<Directory>;

// Names of files. All of them are in memory: looking one up takes no time.
class Directory final : public File, public KernelObject<ObjectClass::inode_cache> {
 public:
  static constexpr std::size_t longest_name = 255;  // NAME_MAX

  // Without a parent it is a root.
  explicit Directory(const FileAttributes& given) : File(FileKind::directory, given) { attributes.links = 2; }
  ~Directory() override;

  SeekRule seek_rule() const override { return SeekRule::none; }
  std::uint64_t bytes() const override { return 4096; }
  Result<std::size_t> read(Current&, UserBytes&, const Place&) override { return Errno::eisdir; }
  Result<std::size_t> write(Current&, UserBytes&, const Place&) override { return Errno::eisdir; }
  Result<void> sync(Current&) override { return {}; }

  // Null: there is no such name. "." and ".." are names of every directory; the root's parent is itself.
  FileRef find(std::string_view name);
  bool empty() const { return entries_.empty(); }
  // No name leads to it any more; none can be added.
  bool is_removed() const { return attributes.links == 0; }
  Directory& parent() { return parent_ == nullptr ? *this : *parent_; }
  const Directory& parent() const { return parent_ == nullptr ? *this : *parent_; }
  bool is_below(const Directory& other) const;
  // What the directory is called in its parent. Requires one that has one.
  std::string_view name() const;

  // Requires a name that is not there, or one that is. Links and times are kept.
  void add(std::string_view name, FileRef file, Instant now);
  void remove(std::string_view name, Instant now);
  // The name stands for another file from now on.
  void rename_to(Directory& folder, std::string_view from, std::string_view to, Instant now);
  // The names in the order in which they came, as getdents64(2) tells them: "." and ".." first. A name keeps its place,
  // whatever else comes and goes.
  struct Listed {
    std::string_view name;
    const File& file;
    std::uint64_t next;  // the place behind it
  };
  // The first at or behind a place; nothing: there is none.
  std::optional<Listed> listed_from(std::uint64_t place) const;

  // Forgets everything below, deepest first.
  void clear();

 private:
  FileRef take(std::string_view name, Instant now);
  void put(std::string_view name, FileRef file, Instant now);

  struct Entry {
    FileRef file;
    std::uint64_t place;
  };
  using Name = std::pair<const std::string, Entry>;
  using Entries = std::map<std::string, Entry, std::less<>, ObjectAllocator<Name, ObjectClass::dentry>>;
  using Place = std::pair<const std::uint64_t, Entries::const_iterator>;
  using Places = std::map<std::uint64_t, Entries::const_iterator, std::less<>,
                          ObjectAllocator<Place, ObjectClass::directory_place>>;

  Entries entries_;
  Places by_place_;
  std::uint64_t last_place_ = 1;  // 0 and 1 are "." and ".."
  Directory* parent_ = nullptr;   // it lives as long as a name in it leads here
  DirectoryRef last_parent_;      // of one that was removed: ".." still leads there
};

}  // namespace signalbox
