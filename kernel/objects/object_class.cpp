#include "kernel/objects/object_class.hpp"

#include <array>

namespace signalbox {

std::string_view to_string(ObjectClass object_class) {
  static constexpr std::array<std::string_view, object_class_count> names{"task_struct",
                                                                          "signal_cache",
                                                                          "sighand_cache",
                                                                          "thread_signals",
                                                                          "sigqueue",
                                                                          "pid_table",
                                                                          "fdtable",
                                                                          "iovec",
                                                                          "mm_struct",
                                                                          "vm_area_struct",
                                                                          "anon_vma",
                                                                          "address_space",
                                                                          "radix_tree_node",
                                                                          "inode_cache",
                                                                          "shmem_inode_cache",
                                                                          "dentry",
                                                                          "directory_place",
                                                                          "filp",
                                                                          "pipe_inode_info",
                                                                          "pipe_buffer",
                                                                          "pipe_page",
                                                                          "eventfd_ctx",
                                                                          "eventpoll",
                                                                          "eventpoll_epi",
                                                                          "ep_head",
                                                                          "poll_table",
                                                                          "sem_array",
                                                                          "sembuf",
                                                                          "msg_queue",
                                                                          "msg_msg",
                                                                          "mqueue_inode_cache",
                                                                          "posix_msg_tree_node"};
  return names[static_cast<std::size_t>(object_class)];
}

}  // namespace signalbox
