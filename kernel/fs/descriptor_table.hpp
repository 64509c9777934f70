#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>

#include "kernel/base/ids.hpp"
#include "kernel/base/result.hpp"
#include "kernel/fs/open_file.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

// A process's descriptors: numbers for open files. Its threads share it; a child has a copy that shares the open files.
// `limit` is RLIMIT_NOFILE: the number after the highest one to be given out.
class DescriptorTable {
 public:
  enum class OnExec : std::uint8_t { keep, close };
  // Of open(2)'s flags.
  static OnExec on_exec_of(std::uint32_t flags) { return (flags & o_cloexec) != 0 ? OnExec::close : OnExec::keep; }

  // Whether add() would succeed.
  bool has_room(std::uint64_t limit) const { return first_free(0) < limit; }
  // The lowest free number from `lowest` on. Errno::emfile: none is below the limit.
  Result<Fd> add(OpenFileRef file, OnExec on_exec, std::uint64_t limit, std::uint64_t lowest = 0);
  // Puts it in that place; answers what was there, so that the caller lets go of it. Errno::ebadf: beyond the limit.
  Result<OpenFileRef> replace(Fd at, OpenFileRef file, OnExec on_exec, std::uint64_t limit);
  // Frees the number; answers what it stood for. Errno::ebadf: nothing.
  Result<OpenFileRef> remove(Fd at);
  // Errno::ebadf: there is none.
  Result<OpenFileRef> get(Fd at) const;

  Result<OnExec> on_exec(Fd at) const;
  Result<void> set_on_exec(Fd at, OnExec on_exec);

  // Those that exec(2) closes; all.
  void close_on_exec();
  void close_all();
  // How many are open.
  std::size_t size() const;
  // The number after the highest that ever was open.
  std::size_t places() const { return entries_.size(); }

 private:
  struct Entry {
    OpenFileRef file;  // none: free
    OnExec on_exec = OnExec::keep;
  };

  // The file hears of it.
  OpenFileRef give_up(OpenFileRef file);
  std::uint64_t first_free(std::uint64_t lowest) const;
  const Entry* find(Fd at) const;
  Entry* find(Fd at);

  boost::container::small_vector<Entry, 4, ObjectAllocator<Entry, ObjectClass::fdtable>> entries_;  // by number
};

}  // namespace signalbox
