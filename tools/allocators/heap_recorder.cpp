#include "tools/allocators/heap_recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

using alloc::HeapDeed;
using alloc::HeapEvent;

constexpr std::size_t most_threads = std::numeric_limits<std::uint16_t>::max();  // and processes

}  // namespace

void HeapRecorder::heard(const HeapEvent& event) {
  if (is_over_ || is_too_long_) return;
  if (event.heap >= heaps_.size()) heaps_.resize(event.heap + 1);
  Heap& heap = heaps_[event.heap];
  switch (event.deed) {
    case HeapDeed::malloc:
      return add(heap, event, AllocationKind::malloc);
    case HeapDeed::calloc:
      return add(heap, event, AllocationKind::calloc);
    case HeapDeed::aligned_alloc:
      return add(heap, event, AllocationKind::aligned);
    case HeapDeed::realloc:
      return change(heap, event);
    case HeapDeed::free:
      return remove(heap, event);
    case HeapDeed::thread_end:
      return end_thread(heap, event);
    case HeapDeed::heap_end:
      return end_heap(heap, event);
  }
}

AllocationTrace HeapRecorder::take(const std::string& name) {
  if (is_too_long_) {
    throw InputError({.file = name}, "its heaps are used too much for a comparison",
                     fmt::format("at most {} calls by {} threads", most_allocation_steps, most_threads));
  }
  const auto ends = [](const AllocationStep& step) {
    return step.kind == AllocationKind::exit || step.kind == AllocationKind::exit_group;
  };
  while (!trace_.steps.empty() && ends(trace_.steps.back())) trace_.steps.pop_back();
  trace_.threads = static_cast<unsigned>(trace_.processes.size());
  trace_.name = name;
  if (inherited_ > 0) {
    trace_.notes.push_back(
        fmt::format("{}: {} call{} with blocks that a fork's child had from its parent: heaps are not copied here, so "
                    "a free of one is left out, and a realloc is a malloc",
                    name, inherited_, inherited_ == 1 ? "" : "s"));
  }
  return std::move(trace_);
}

std::uint16_t HeapRecorder::thread_of(Heap& heap, Tid thread) {
  const auto number = static_cast<std::uint16_t>(trace_.processes.size());
  const auto [at, is_new] = heap.threads.try_emplace(thread.value(), number);
  if (!is_new) return at->second;
  if (trace_.processes.size() == most_threads) is_too_long_ = true;
  const std::uint16_t process = heap.first_thread ? trace_.processes[*heap.first_thread] : processes_++;
  trace_.processes.push_back(process);
  if (!heap.first_thread) heap.first_thread = number;
  return number;
}

// An end is told with the time of the heap's last call.
void HeapRecorder::push(AllocationStep step) {
  if (trace_.steps.size() == most_allocation_steps) is_too_long_ = true;
  if (is_too_long_) return;
  step.at = last_ = std::max(last_, step.at);
  trace_.steps.push_back(step);
}

void HeapRecorder::add(Heap& heap, const HeapEvent& event, AllocationKind kind) {
  const std::uint32_t number = numbers_.take(trace_);
  heap.blocks[event.block.value()] = number;
  push({.kind = kind,
        .thread = thread_of(heap, event.thread),
        .block = number,
        .bytes = event.bytes,
        .alignment = event.alignment,
        .at = event.at});
}

void HeapRecorder::change(Heap& heap, const HeapEvent& event) {
  const auto old = heap.blocks.find(event.old.value());
  if (old == heap.blocks.end()) {
    ++inherited_;
    return add(heap, event, AllocationKind::malloc);
  }
  const std::uint32_t number = old->second;
  heap.blocks.erase(old);
  heap.blocks[event.block.value()] = number;
  push({.kind = AllocationKind::realloc,
        .thread = thread_of(heap, event.thread),
        .block = number,
        .bytes = event.bytes,
        .at = event.at});
}

void HeapRecorder::remove(Heap& heap, const HeapEvent& event) {
  const auto found = heap.blocks.find(event.block.value());
  if (found == heap.blocks.end()) {
    ++inherited_;
    return;
  }
  push({.kind = AllocationKind::free, .thread = thread_of(heap, event.thread), .block = found->second, .at = event.at});
  numbers_.give_back(found->second);
  heap.blocks.erase(found);
}

void HeapRecorder::end_thread(Heap& heap, const HeapEvent& event) {
  const auto found = heap.threads.find(event.thread.value());
  if (found == heap.threads.end()) return;
  push({.kind = AllocationKind::exit, .thread = found->second, .at = event.at});
  heap.threads.erase(found);
}

// Blocks that it leaves behind keep their numbers.
void HeapRecorder::end_heap(Heap& heap, const HeapEvent& event) {
  if (heap.first_thread) push({.kind = AllocationKind::exit_group, .thread = *heap.first_thread, .at = event.at});
  heap = {};
}

}  // namespace signalbox
