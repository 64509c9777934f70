#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/fs/directory.hpp"
#include "kernel/fs/path_walker.hpp"

namespace signalbox {

// What a path's last name does if it is a symbolic link; those on the way are always followed.
enum class LastLink : std::uint8_t {
  follow,
  create,  // and what is made is no directory: a slash behind the name is Errno::eisdir
  keep,    // but followed where a slash is behind it (without LOOKUP_FOLLOW)
  never,   // for calls that change names (LOOKUP_PARENT), which is looked up later: it may be too long for any
};

// How far a path leads: to a name in a directory.
struct PathEnd {
  enum class Kind : std::uint8_t { name, dot, dot_dot, root };
  DirectoryRef folder = {};
  std::string name = {};
  Kind kind = Kind::name;
  bool has_slash = false;  // behind the name
  FileRef file = {};       // null: there is none of that name
};

inline constexpr std::size_t longest_path = 4095;  // PATH_MAX without the zero

// path_resolution(7), link_path_walk of fs/namei.c, 6.1. Errno::enoent, enotdir, eacces, enametoolong; eloop: more than
// 40 links (MAXSYMLINKS).
Result<PathEnd> resolve_path(Directory& root, const PathWalker& walker, std::string_view path, LastLink last);

}  // namespace signalbox
