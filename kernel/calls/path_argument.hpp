#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "kernel/fs/file_system.hpp"
#include "kernel/fs/open_flags.hpp"
#include "kernel/syscall/user_pointer.hpp"
#include "kernel/task/caller.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {

// What calls that take a path share.
using PathPointer = UserPointer<const char>;

// In place of a directory's descriptor: the current one (openat(2)).
inline constexpr Fd here(at_fdcwd);

// Errno::efault, enametoolong (getname of fs/namei.c, 6.1).
Result<std::string_view> path_from(PathPointer at);

// Who goes along a path for the caller, with its effective credentials.
PathWalker walker_of(Caller& caller, DirectoryRef folder);

// The same, from where a relative path begins (openat(2)). Errno::ebadf, enotdir; but not for an empty path, which is
// an error of its own.
Result<PathWalker> walker_from(Caller& caller, Fd from, std::string_view path);

// What `body` answers of the file system and who walks along the path; where there is room for it: it may not suspend.
template <class Body>
auto on_files(Caller& caller, Fd from, std::string_view path, Body body)
    -> std::invoke_result_t<Body, FileSystem&, const PathWalker&> {
  using Answer = std::invoke_result_t<Body, FileSystem&, const PathWalker&>;
  Answer answer = Errno::enosys;
  const auto run = [&]() -> Answer { return body(caller.kernel().files(), TRY(walker_from(caller, from, path))); };
  caller.kernel().with_room([&] { answer = run(); });
  return answer;
}

// What a path leads to; with at_empty_path among the flags and an empty path, what `from` stands for.
Result<FileRef> file_at(Caller& caller, Fd from, PathPointer at, std::uint32_t flags = 0);

inline Result<int> without_value_of(const Result<void>& result) {
  if (!result.has_value()) return result.error();
  return 0;
}

}  // namespace signalbox
