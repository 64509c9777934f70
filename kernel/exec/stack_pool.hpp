#pragma once

#include <cstddef>

#include "kernel/exec/compact_arena.hpp"
#include "kernel/exec/guarded_slabs.hpp"
#include "kernel/exec/stack.hpp"

namespace signalbox {

struct StackPoolOptions {
  std::size_t guarded_bytes = std::size_t{64} * 1024;  // usable bytes of a guarded stack
  StackGuard guard = StackGuard::installed;            // weaker ones are for tests and old hosts
  bool paints = false;                                 // so that high_water() can be asked; touches every page
};

struct StackPoolStats {
  std::size_t taken = 0;  // since the beginning
  std::size_t live = 0;   // taken and not given back
  std::size_t bytes_mapped = 0;
};

// Stacks for contexts, recycled last in, first out: the newest one is still in the host's cache. Memory returns to the
// host only when the pool ends. Not shared between host threads.
class StackPool {
 public:
  explicit StackPool(const StackPoolOptions& options = {});
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  // Throws std::bad_alloc when the host has no more memory.
  Stack take(StackKind kind);
  // After its context finished or was abandoned.
  void give_back(const Stack& stack);

  StackPoolStats stats() const;

 private:
  // Kept in the topmost bytes of a free stack, which the next user writes first.
  struct Free {
    Stack stack;
    Free* next;
  };

  Free*& newest_free(StackKind kind) { return kind == StackKind::compact ? compact_free_ : guarded_free_; }
  Stack recycled(StackKind kind);
  Stack fresh(StackKind kind);

  CompactArena compact_;
  GuardedSlabs guarded_;
  Free* compact_free_ = nullptr;
  Free* guarded_free_ = nullptr;
  std::size_t taken_ = 0;
  std::size_t live_ = 0;
  bool paints_;
};

}  // namespace signalbox
