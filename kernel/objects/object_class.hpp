#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace signalbox {

// What the emulated kernel makes for itself, by kind; where Linux has a slab cache or a structure that an object
// corresponds to, under its name (/proc/slabinfo, 6.1). In the order in which reports list them.
enum class ObjectClass : std::uint8_t {
  task_struct,      // Thread
  signal_cache,     // Process: what its threads share
  sighand_cache,    // dispositions, of a process that changed some
  thread_signals,   // of a thread that blocked or got one
  sigqueue,         // arrays of pending signals
  pid_table,        // what each number stands for
  fdtable,          // descriptors, of a process with more than lie in the process itself
  iovec,            // a call's list of parts
  mm_struct,        // an address space
  vm_area_struct,   // a mapping
  anon_vma,         // a space's place among those it descends from
  address_space,    // which pages of a store are in memory
  radix_tree_node,  // one such page
  inode_cache,      // a file, directory, link or device
  shmem_inode_cache,
  dentry,           // a name in a directory
  directory_place,  // and its place in the directory's order
  filp,             // an open file
  pipe_inode_info,
  pipe_buffer,  // a pipe's ring: what is where in its pages
  pipe_page,    // its bytes
  eventfd_ctx,
  eventpoll,            // an epoll set
  eventpoll_epi,        // what it watches
  ep_head,              // the sets that a set is in
  poll_table,           // what a call of poll or select watches
  sem_array,            // a System V set of semaphores
  sembuf,               // operations of a call on it
  msg_queue,            // a System V queue
  msg_msg,              // a message in it, and its text
  mqueue_inode_cache,   // a POSIX queue
  posix_msg_tree_node,  // what of it has one priority
};
inline constexpr std::size_t object_class_count = static_cast<std::size_t>(ObjectClass::posix_msg_tree_node) + 1;

std::string_view to_string(ObjectClass object_class);

}  // namespace signalbox
