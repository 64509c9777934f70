#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/mm/mmu.hpp"
#include "kernel/mm/space/address_map.hpp"

namespace signalbox {

struct Thread;

// The memory of a process that runs a compiled program: pages of the host at the addresses that the program knows,
// described by VMAs as any address space. Kernel code that runs for the process finds its bytes there.
class CompiledMemory {
 public:
  CompiledMemory() = default;
  CompiledMemory(const CompiledMemory&) = delete;
  CompiledMemory& operator=(const CompiledMemory&) = delete;
  virtual ~CompiledMemory() = default;

  // What is really the process's, where this only stands for it (vfork(2)).
  virtual CompiledMemory& itself() { return *this; }

  virtual AddressMap& map() = 0;
  // The host is about to run a thread of the process (Context::has_user_mode), after others that may have been at the
  // same addresses.
  virtual void resumed(Thread& thread) = 0;

  // What a trace says of an address: the same in every run, wherever the host has put the program.
  virtual std::uint64_t traced(std::uint64_t at) const = 0;

  // How many bytes from `at` on, at most `most`, the program may access like that; but for those that are absent, the
  // host finds them there now.
  std::size_t reachable(std::uint64_t at, std::size_t most, Access access);
  // Move what can be moved, from the first byte on; answer how many.
  std::size_t copy_from(std::uint64_t at, std::span<std::byte> to);
  std::size_t copy_to(std::uint64_t at, std::span<const std::byte> from);
  // As `reachable`, of an object that the running call looks at, perhaps once more at its end: until that is over it
  // is not swapped out.
  std::size_t keep(std::uint64_t at, std::size_t most, Access access);
  // Whether a string begins there and ends within what can be read, or is longer than any path.
  bool keep_string(std::uint64_t at);
  // The program may access the byte like that, but a fault has to bring it in first: the one that the thread's MMU has.
  virtual bool is_absent(std::uint64_t, Access) { return false; }
  // Whether anything can be absent.
  virtual bool has_absent() const { return false; }
  // A byte that only a wait brings in.
  struct AbsentByte {
    std::uint64_t at;
    Access access;
  };
  // What the running call lacked last, if it did.
  virtual std::optional<AbsentByte> take_lacked() { return std::nullopt; }
  // The running call is over.
  virtual void let_go() {}

 protected:
  // How many bytes of a part of a mapping, from its first on, are there.
  virtual std::size_t present(const Vma&, std::uint64_t, std::size_t bytes, Access) { return bytes; }
  virtual void keep_pages(std::uint64_t, std::size_t) {}
};

}  // namespace signalbox
