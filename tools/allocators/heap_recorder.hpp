#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/alloc/process/heap_watch.hpp"
#include "tools/allocators/allocation_trace.hpp"

namespace signalbox {

// Makes a trace of what the emulated programs of a run do to their heaps, with the time of each call.
class HeapRecorder final : public alloc::HeapWatch {
 public:
  void heard(const alloc::HeapEvent& event) override;
  // The run is over: what ends from here on, ends with the machine.
  void stop() { is_over_ = true; }

  // Once. The name is the caller's, and so are notes but for what was left out. What ends behind the last call stays,
  // so that one can see what it holds. Empty: nobody called. Throws InputError if it is too long for a trace.
  AllocationTrace take(const std::string& name);

 private:
  struct Heap {
    std::optional<std::uint16_t> first_thread;                       // none: it was not used yet
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> blocks;  // by address
    boost::unordered_flat_map<Tid::Value, std::uint16_t> threads;
  };

  std::uint16_t thread_of(Heap& heap, Tid thread);
  void add(Heap& heap, const alloc::HeapEvent& event, AllocationKind kind);
  void change(Heap& heap, const alloc::HeapEvent& event);
  void remove(Heap& heap, const alloc::HeapEvent& event);
  void end_thread(Heap& heap, const alloc::HeapEvent& event);
  void end_heap(Heap& heap, const alloc::HeapEvent& event);
  void push(AllocationStep step);

  AllocationTrace trace_;
  Instant last_;
  std::vector<Heap> heaps_;
  BlockNumbers numbers_;
  std::uint16_t processes_ = 0;
  std::uint64_t inherited_ = 0;  // calls with a block that a fork's child has from its parent
  bool is_too_long_ = false;
  bool is_over_ = false;
};

}  // namespace signalbox
