#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/allocators/comparison.hpp"

namespace signalbox {

// One allocator on one trace, step by step: each process of the trace is one on a machine that they share.
class TraceRun {
 public:
  // Both must outlive it. `fullest` is the step after which most is requested.
  TraceRun(const AllocatorRequest& request, const alloc::AllocatorRow& row, std::size_t fullest);

  // Once.
  AllocatorRun run();

 private:
  struct Block {
    VirtAddr at;
    std::uint64_t bytes = 0;
    bool is_plain = true;  // asked for without an alignment
  };
  // A process and its malloc, while it lives.
  struct Heap {
    std::unique_ptr<EmulatedProcess> process;
    std::unique_ptr<alloc::Allocator> allocator;
    bool has_threads = false;
    std::uint64_t requested = 0;
    std::uint64_t resident = 0;       // as of its last step
    std::uint64_t peak_resident = 0;  // the same
  };

  void take_step(const AllocationStep& step);
  void wait(Duration time);
  bool start(Heap& heap);
  bool start_thread(Heap& heap, unsigned thread);
  void end_process(unsigned number);
  void allocate(Heap& heap, unsigned thread, const AllocationStep& step);
  static VirtAddr ask(Heap& heap, unsigned thread, const AllocationStep& step, VirtAddr old);
  void touch(EmulatedProcess& process, VirtAddr at, std::uint64_t from, std::uint64_t bytes) const;
  void free(Heap& heap, unsigned thread, const AllocationStep& step);
  void end(const std::string& why);
  void note_resident(Heap& heap);
  void count(Heap& heap);
  HeapSample look();
  void sample();
  void finish();

  const AllocatorRequest& request_;
  const alloc::AllocatorRow& row_;
  std::size_t fullest_;
  EmulatedMachine machine_;
  std::vector<Heap> heaps_;
  std::vector<Block> blocks_;
  std::vector<std::optional<unsigned>> threads_;  // as their allocators number them
  std::uint64_t requested_ = 0;
  std::uint64_t resident_ = 0;
  AllocatorRun run_;
};

}  // namespace signalbox
