#include "kernel/calls/affinity_calls.hpp"

#include <algorithm>
#include <array>

#include "kernel/calls/find_task.hpp"
#include "kernel/calls/sched_permissions.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"

namespace signalbox {
namespace {

constexpr std::uint32_t byte_bits = 8;

// The kernel's own mask is whole words.
std::uint32_t mask_bytes(const Topology& topology) {
  return (topology.cpu_count() + CpuMask::word_bits - 1) / CpuMask::word_bits * sizeof(std::uint64_t);
}

// Bits beyond the machine's CPUs say nothing.
Result<CpuMask> read_mask(const Topology& topology, UserPointer<const std::uint8_t> from, std::uint32_t length) {
  CpuMask mask;
  std::uint32_t cpu = 0;
  for (const std::uint8_t bits : TRY(from.get(std::min(length, mask_bytes(topology))))) {
    for (std::uint32_t bit = 0; bit < byte_bits; ++bit, ++cpu) {
      if ((bits >> bit & 1U) != 0 && cpu < topology.cpu_count()) mask.set(CpuId(static_cast<CpuId::Value>(cpu)));
    }
  }
  return mask;
}

Result<int> write_mask(const CpuMask& mask, UserPointer<std::uint64_t> to, std::uint32_t bytes) {
  const std::span<std::uint64_t> words = TRY(to.get(bytes / sizeof(std::uint64_t)));
  for (std::uint32_t index = 0; index < words.size(); ++index) words[index] = mask.word(index);
  return 0;
}

// sched_setaffinity(2)
Result<int> sys_sched_setaffinity(Caller& caller, Tid tid, std::uint32_t length, UserPointer<std::uint64_t> from) {
  Kernel& kernel = caller.kernel();
  const CpuMask mask = TRY(read_mask(kernel.topology(), from.as<const std::uint8_t>(), length));
  Thread* thread = TRY(find_thread(caller, tid));
  if (!may_schedule(caller.process().credentials, thread->process.credentials)) return Errno::eperm;
  AffinityTable& affinities = kernel.affinities();
  const bool is_partial = (mask & affinities.online()) != affinities.online();
  if (thread->normal.sched_class == SchedClass::deadline && is_partial) return Errno::ebusy;
  if ((mask & affinities.mask(kernel.cpuset(*thread))).none()) return Errno::einval;
  const AffinityId affinity = affinities.intern(mask);
  if (affinity != thread->asked_affinity) kernel.set_affinity(*thread, affinity);
  return 0;
}

// sched_getaffinity(2), the raw call: answers how many bytes it wrote.
Result<int> sys_sched_getaffinity(Caller& caller, Tid tid, std::uint32_t length, UserPointer<std::uint64_t> out) {
  Kernel& kernel = caller.kernel();
  if (length < sizeof(std::uint64_t) || length % sizeof(std::uint64_t) != 0) return Errno::einval;
  if (length < mask_bytes(kernel.topology())) return Errno::einval;
  const Thread* thread = TRY(find_thread(caller, tid));
  const std::uint32_t bytes = mask_bytes(kernel.topology());
  TRY(write_mask(kernel.affinities().mask(thread->entity.affinity), out, bytes));
  return static_cast<int>(bytes);
}

}  // namespace

std::span<const SyscallRow> affinity_calls() {
  static constexpr std::array rows{
      row<sys_sched_setaffinity>(call_number::sched_setaffinity, "sched_setaffinity"),
      row<sys_sched_getaffinity>(call_number::sched_getaffinity, "sched_getaffinity"),
  };
  return rows;
}

}  // namespace signalbox
