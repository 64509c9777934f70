#include "workloads/posix/lent_memory.hpp"

#include <utility>

namespace signalbox {

LentMemory::LentMemory(std::shared_ptr<CompiledMemory> memory, std::shared_ptr<Return> returned)
    : memory_(std::move(memory)), returned_(std::move(returned)) {}

LentMemory::~LentMemory() {
  if (returned_ == nullptr) return;
  returned_->is_done = true;
  returned_->parent.wake(Waiters::all);
}

// Calls that are under way may know the memory by its address: it stays where it is, whoever has it.
std::unique_ptr<LentMemory> LentMemory::lend(std::unique_ptr<CompiledMemory>& owner, std::shared_ptr<Return> returned) {
  if (&owner->itself() == owner.get()) {
    std::shared_ptr<CompiledMemory> memory = std::move(owner);
    owner.reset(new LentMemory(std::move(memory), nullptr));
  }
  const auto& lender = static_cast<const LentMemory&>(*owner);
  return std::unique_ptr<LentMemory>(new LentMemory(lender.memory_, std::move(returned)));
}

}  // namespace signalbox
