#pragma once

#include <memory>

#include "kernel/task/compiled.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

// Memory that several processes have by vfork(2): each of them has one of these, and the last gives it up. A parent
// waits until its child has given up its own, by ending or by exec(2).
class LentMemory final : public CompiledMemory {
 public:
  // Of a child whose parent waits.
  struct Return {
    WaitQueue parent{WaitLabel{WaitKind::child, NameId(), OnSignal::sleeps_on}};
    bool is_done = false;
  };

  // Gives the owner one that has its memory, and answers another one for a child.
  static std::unique_ptr<LentMemory> lend(std::unique_ptr<CompiledMemory>& owner, std::shared_ptr<Return> returned);
  ~LentMemory() override;

  CompiledMemory& itself() override { return *memory_; }
  AddressMap& map() override { return memory_->map(); }
  void resumed(Thread& thread) override { memory_->resumed(thread); }
  std::uint64_t traced(std::uint64_t at) const override { return memory_->traced(at); }
  bool is_absent(std::uint64_t at, Access access) override { return memory_->is_absent(at, access); }
  bool has_absent() const override { return memory_->has_absent(); }
  std::optional<AbsentByte> take_lacked() override { return memory_->take_lacked(); }
  void let_go() override { memory_->let_go(); }

 private:
  LentMemory(std::shared_ptr<CompiledMemory> memory, std::shared_ptr<Return> returned);

  std::size_t present(const Vma&, std::uint64_t at, std::size_t bytes, Access access) override {
    return memory_->reachable(at, bytes, access);
  }
  void keep_pages(std::uint64_t at, std::size_t bytes) override { memory_->keep(at, bytes, Access::read); }

  std::shared_ptr<CompiledMemory> memory_;
  std::shared_ptr<Return> returned_;  // none: nobody waits for it
};

}  // namespace signalbox
