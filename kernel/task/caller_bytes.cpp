#include "kernel/task/caller_bytes.hpp"

#include <algorithm>

#include "kernel/fs/open_flags.hpp"
#include "kernel/task/kernel.hpp"
#include "kernel/task/pager.hpp"
#include "kernel/task/user_memory.hpp"

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
  const Access access = use == Use::fill ? Access::write : Access::read;
  if (CompiledMemory* const own = caller_.process().compiled.get()) {
    if (!bring_in_all(caller_, *own, (begin_ + at).value(), 1, access)) return Errno::efault;
    return {};
  }
  while (caller_.thread().memory.mmu != nullptr) {
    if (!caller_.thread().memory.mmu->run(begin_ + at, 1, access).empty()) return {};
    const PageFault fault = caller_.thread().memory.mmu->fault();
    if (caller_.kernel().pager()->resolve(caller_, fault) != FaultEnd::resolved) break;
  }
  return Errno::efault;
}

CallerParts::CallerParts(Caller& caller, std::span<const IoVec> parts) : caller_(caller), parts_(parts), size_(0) {
  for (const IoVec& part : parts) size_ += std::min<std::uint64_t>(part.bytes, most_moved - size_);
}

template <class Move>
std::size_t CallerParts::move_pieces(std::size_t at, std::size_t bytes, Move move) {
  std::size_t begin = 0;  // of the part, in the whole
  std::size_t done = 0;
  for (const IoVec& part : parts_) {
    const std::size_t end = begin + part.bytes;
    if (done < bytes && at + done < end) {
      const std::size_t most = std::min(end - (at + done), bytes - done);
      const std::size_t moved = move(CallerBytes(caller_, part.at, part.bytes), at + done - begin, done, most);
      done += moved;
      if (moved < most) break;
    }
    begin = end;
  }
  return done;
}

std::size_t CallerParts::fill(std::size_t at, std::span<const std::byte> from) {
  return move_pieces(at, from.size(), [&](CallerBytes part, std::size_t to, std::size_t done, std::size_t bytes) {
    return part.fill(to, from.subspan(done, bytes));
  });
}

std::size_t CallerParts::take(std::size_t at, std::span<std::byte> to) {
  return move_pieces(at, to.size(), [&](CallerBytes part, std::size_t from, std::size_t done, std::size_t bytes) {
    return part.take(from, to.subspan(done, bytes));
  });
}

Result<void> CallerParts::make_present(Current& current, std::size_t at, Use use) {
  for (const IoVec& part : parts_) {
    if (at < part.bytes) return CallerBytes(caller_, part.at, part.bytes).make_present(current, at, use);
    at -= part.bytes;
  }
  return Errno::efault;
}

}  // namespace signalbox
