#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/calls/path_argument.hpp"

namespace signalbox {

// A number for a file that has no name (anon_inode_getfd of fs/anon_inodes.c): `make` makes it of its attributes.
// Errno::emfile.
template <class Make>
Result<Fd> add_anonymous(Caller& caller, std::uint32_t flags, std::string_view path, Make make) {
  Result<Fd> added = Errno::enfile;
  const auto on_exec = DescriptorTable::on_exec_of(flags);
  caller.kernel().with_room([&] {
    const FileRef file = make(caller.kernel().files().attributes_for(walker_of(caller, nullptr), 0600));
    added = caller.process().descriptors.add(new OpenFile(file, flags, std::string(path)), on_exec,
                                             caller.process().descriptor_limit());
  });
  return added;
}

}  // namespace signalbox
