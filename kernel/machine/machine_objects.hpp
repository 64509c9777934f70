#pragma once

#include <optional>
#include <string>

#include "kernel/alloc/objects/kernel_heap.hpp"
#include "kernel/base/check.hpp"
#include "kernel/objects/object_memory.hpp"

namespace signalbox {

// A machine's kernel objects: its first member, so that it is there before the first of them and, at the end, sees that
// none is left. What is made while the machine is built or taken down is in its heap.
class MachineObjects {
 public:
  MachineObjects() { scope_.emplace(heap_); }
  MachineObjects(const MachineObjects&) = delete;
  MachineObjects& operator=(const MachineObjects&) = delete;

  // The machine is complete: from here on its own scopes say when objects are its.
  void built() { scope_.reset(); }
  // It is about to go. `where` is what a bug from here on says of place and time, for nobody can be asked any more.
  void ending(std::string where) {
    last_words_.text = std::move(where);
    bugs_.emplace(last_words_);
    scope_.emplace(heap_);
  }

  alloc::KernelHeap& heap() { return heap_; }

 private:
  struct LastWords final : BugContext {
    std::string describe() const override { return text; }
    std::string text;
  };

  LastWords last_words_;
  std::optional<BugContextScope> bugs_;
  alloc::KernelHeap heap_;
  std::optional<ObjectMemoryScope> scope_;
};

}  // namespace signalbox
