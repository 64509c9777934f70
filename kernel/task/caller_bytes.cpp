#include "kernel/task/caller_bytes.hpp"

#include <array>

#include "kernel/task/kernel.hpp"
#include "kernel/task/pager.hpp"

namespace signalbox {

// The CPU may be another one after any sleep, so its MMU is looked up each time.
std::size_t CallerBytes::fill(std::size_t at, std::span<const std::byte> from) {
  if (CompiledMemory* const own = caller_.process().compiled.get()) return own->copy_to((begin_ + at).value(), from);
  Mmu* const mmu = caller_.thread().memory.mmu;
  return mmu == nullptr ? 0 : mmu->copy_to(begin_ + at, from);
}

std::size_t CallerBytes::take(std::size_t at, std::span<std::byte> to) {
  if (CompiledMemory* const own = caller_.process().compiled.get()) return own->copy_from((begin_ + at).value(), to);
  Mmu* const mmu = caller_.thread().memory.mmu;
  return mmu == nullptr ? 0 : mmu->copy_from(begin_ + at, to);
}

Result<void> CallerBytes::make_present(Current&, std::size_t at, Use use) {
  if (caller_.process().compiled != nullptr) return Errno::efault;  // all that there is, is present
  const Access access = use == Use::fill ? Access::write : Access::read;
  while (caller_.thread().memory.mmu != nullptr) {
    if (!caller_.thread().memory.mmu->run(begin_ + at, 1, access).empty()) return {};
    const PageFault fault = caller_.thread().memory.mmu->fault();
    if (caller_.kernel().pager()->resolve(caller_, fault) != FaultEnd::resolved) break;
  }
  return Errno::efault;
}

}  // namespace signalbox
