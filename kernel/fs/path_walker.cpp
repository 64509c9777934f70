#include "kernel/fs/path_walker.hpp"

#include <algorithm>

#include "kernel/fs/open_flags.hpp"

namespace signalbox {

bool PathWalker::may(const FileAttributes& file, std::uint32_t rights) const {
  if (is_privileged) return true;
  const unsigned shift = file.user == user ? 6 : is_in(file.group) ? 3 : 0;
  return (file.permissions >> shift & rights) == rights;
}

bool PathWalker::is_in(GroupId wanted) const {
  return wanted == group || std::ranges::find(supplementary_groups, wanted) != supplementary_groups.end();
}

// may_create.
Result<void> PathWalker::check_may_add(const Directory& where) const {
  if (where.is_removed()) return Errno::enoent;
  if (!may(where.attributes, to_write | to_search)) return Errno::eacces;
  return {};
}

// may_delete.
Result<void> PathWalker::check_may_remove(const Directory& where, const File& what) const {
  if (!may(where.attributes, to_write | to_search)) return Errno::eacces;
  const bool is_sticky = (where.attributes.permissions & sticky_bit) != 0;
  const bool is_own = what.attributes.user == user || where.attributes.user == user;
  if (is_sticky && !is_own && !is_privileged) return Errno::eperm;
  return {};
}

}  // namespace signalbox
