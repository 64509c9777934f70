#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstdint>
#include <string_view>

#include "kernel/mm/space/page_store.hpp"

namespace signalbox {

// What may be done with an object by mapping it, as its opener left it (open(2), mount(2), fcntl(2) F_ADD_SEALS).
struct ObjectRights {
  bool can_read = true;
  bool can_write = true;
  bool can_execute = true;           // false on a file system mounted noexec
  bool can_map = true;               // false for what has no pages, such as a pipe
  bool is_append_only = false;       // chattr(1) +a
  bool is_swap_file = false;         // in use by swapon(2)
  bool is_write_sealed = false;      // memfd_create(2)
  bool can_punch_holes = false;      // fallocate(2) FALLOC_FL_PUNCH_HOLE
  bool counts_its_mappings = false;  // as System V shared memory does: such mappings never merge
};

// What stands behind a mapping that is not private anonymous memory: an open file, or shared memory. Two mappings may
// merge only if they have the same object, which is the open file and not the file.
class MemoryObject : public boost::intrusive_ref_counter<MemoryObject, boost::thread_unsafe_counter> {
 public:
  MemoryObject() = default;
  MemoryObject(const MemoryObject&) = delete;
  MemoryObject& operator=(const MemoryObject&) = delete;
  virtual ~MemoryObject() = default;

  virtual ObjectRights rights() const = 0;
  virtual std::uint64_t bytes() const = 0;
  // For /proc/PID/maps.
  virtual std::string_view path() const = 0;
  virtual std::uint64_t inode() const = 0;
  // What its pages are read from; none: an access to them is a bus error.
  virtual PageStore* store() { return nullptr; }
};

using MemoryObjectRef = boost::intrusive_ptr<MemoryObject>;

}  // namespace signalbox
