#include "tools/allocators/trace_run.hpp"

#include <algorithm>
#include <utility>

namespace signalbox {

TraceRun::TraceRun(const AllocatorRequest& request, const alloc::AllocatorRow& row, std::size_t fullest)
    : request_(request),
      row_(row),
      fullest_(fullest),
      machine_(request.costs, request.ram_bytes),
      heaps_(request.trace.process_count()),
      blocks_(request.trace.blocks),
      threads_(request.trace.threads) {
  run_.row = &row;
}

AllocatorRun TraceRun::run() {
  const std::uint64_t all = request_.trace.steps.size();
  if (request_.trace.processes.empty() && start(heaps_[0])) start_thread(heaps_[0], 0);
  std::uint64_t next_sample = 0;
  for (std::uint64_t i = 0; i < all && run_.ended.empty(); ++i) {
    if (i * request_.samples >= next_sample * all) {
      sample();
      ++next_sample;
    }
    take_step(request_.trace.steps[i]);
    if (!run_.ended.empty()) break;
    ++run_.steps;
    if (i == fullest_) run_.peak = look();
  }
  sample();
  finish();
  return std::move(run_);
}

void TraceRun::take_step(const AllocationStep& step) {
  if (step.at > machine_.now()) wait(step.at - machine_.now());
  if (step.kind == AllocationKind::pause) return wait(Duration(static_cast<std::int64_t>(step.bytes)));
  const unsigned number = request_.trace.process_of(step.thread);
  if (step.kind == AllocationKind::exit_group) return end_process(number);
  Heap& heap = heaps_[number];
  if (heap.process == nullptr && !start(heap)) return;
  if (!threads_[step.thread] && !start_thread(heap, step.thread)) return end("out of memory");
  const unsigned thread = *threads_[step.thread];
  if (step.kind == AllocationKind::exit) {
    heap.allocator->end_thread(thread);
    threads_[step.thread].reset();
  } else if (step.kind == AllocationKind::free || step.kind == AllocationKind::free_sized) {
    free(heap, thread, step);
  } else {
    allocate(heap, thread, step);
  }
  note_resident(heap);
  if (heap.process->is_dead()) end("killed: out of memory");
  end(std::string(heap.allocator->last_words()));
}

void TraceRun::wait(Duration time) {
  machine_.wait(time);
  run_.paused += time;
}

bool TraceRun::start(Heap& heap) {
  heap.process = EmulatedProcess::start(machine_);
  if (heap.process != nullptr) {
    heap.allocator = row_.make(*heap.process, request_.cpus);
    if (heap.allocator->start()) return true;
  }
  end("out of memory");
  return false;
}

// The first thread of a process is there from its beginning.
bool TraceRun::start_thread(Heap& heap, unsigned thread) {
  threads_[thread] = std::exchange(heap.has_threads, true) ? heap.allocator->add_thread() : 0U;
  return threads_[thread].has_value();
}

void TraceRun::end_process(unsigned number) {
  Heap& heap = heaps_[number];
  if (heap.process == nullptr) return;
  count(heap);
  requested_ -= heap.requested;
  resident_ -= heap.resident;
  heap.allocator.reset();
  heap.process.reset();
}

void TraceRun::allocate(Heap& heap, unsigned thread, const AllocationStep& step) {
  Block& block = blocks_[step.block];
  const std::uint64_t old = step.kind == AllocationKind::realloc ? block.bytes : 0;
  const VirtAddr at = ask(heap, thread, step, block.at);
  if (heap.process->is_dead()) return;
  if (at == VirtAddr()) return end(heap.allocator->last_words().empty() ? "out of memory" : "");
  requested_ += step.bytes - old;
  heap.requested += step.bytes - old;
  run_.peak_requested = std::max(run_.peak_requested, requested_);
  // A block that realloc had may be larger than its size says: that size frees it no more.
  block = {at, step.bytes, step.kind == AllocationKind::malloc || step.kind == AllocationKind::calloc};
  touch(*heap.process, at, old, step.bytes);
}

VirtAddr TraceRun::ask(Heap& heap, unsigned thread, const AllocationStep& step, VirtAddr old) {
  alloc::Allocator& allocator = *heap.allocator;
  if (step.kind == AllocationKind::calloc) return allocator.allocate_zeroed(thread, step.bytes);
  if (step.kind == AllocationKind::aligned) return allocator.allocate_aligned(thread, step.alignment, step.bytes);
  if (step.kind == AllocationKind::realloc) return allocator.reallocate(thread, old, step.bytes);
  return allocator.allocate(thread, step.bytes);
}

// What is new of a block, from its old end on.
void TraceRun::touch(EmulatedProcess& process, VirtAddr at, std::uint64_t from, std::uint64_t bytes) const {
  if (request_.touch == BlockTouch::none || from >= bytes) return;
  if (!process.touch(at + from) || request_.touch == BlockTouch::first) return;
  for (VirtAddr page = (at + from).aligned_down(page_bytes) + page_bytes; page < at + bytes; page += page_bytes) {
    if (!process.touch(page)) return;
  }
}

void TraceRun::free(Heap& heap, unsigned thread, const AllocationStep& step) {
  const Block block = blocks_[step.block];
  requested_ -= block.bytes;
  heap.requested -= block.bytes;
  if (step.kind == AllocationKind::free_sized && block.is_plain) {
    heap.allocator->free_sized(thread, block.at, block.bytes);
  } else {
    heap.allocator->free(thread, block.at);
  }
}

void TraceRun::end(const std::string& why) {
  if (run_.ended.empty() && !why.empty()) run_.ended = why;
}

// Nobody else's changes within a step, so the most of all is where this one had its most.
void TraceRun::note_resident(Heap& heap) {
  const std::uint64_t others = resident_ - heap.resident;
  heap.resident = heap.process->resident_bytes();
  resident_ = others + heap.resident;
  const std::uint64_t peak = heap.process->peak_resident_bytes();
  const std::uint64_t own = peak > heap.peak_resident ? peak : heap.resident;
  heap.peak_resident = peak;
  run_.peak_resident = std::max(run_.peak_resident, others + own);
}

// What a process has done, when it is over.
void TraceRun::count(Heap& heap) {
  run_.counts += heap.process->counts();
  run_.locks += heap.allocator->locks();
  run_.tlb_misses += heap.process->tlb_misses();
  for (const alloc::AllocatorCount& each : heap.allocator->counts()) {
    const auto known = std::ranges::find(run_.own_counts, each.name, &alloc::AllocatorCount::name);
    if (known == run_.own_counts.end()) {
      run_.own_counts.push_back(each);
    } else {
      known->value += each.value;
    }
  }
}

HeapSample TraceRun::look() {
  HeapSample sample{.at = machine_.now(), .step = run_.steps, .requested = requested_};
  for (const Heap& heap : heaps_) {
    if (heap.allocator == nullptr) continue;
    const alloc::HeapTotals totals = heap.allocator->totals();
    sample.allocated += totals.allocated;
    sample.active += totals.active;
    sample.mapped += totals.mapped;
    sample.retained += totals.retained;
    sample.cached += heap.allocator->cached();
    sample.metadata += heap.allocator->metadata();
    sample.resident += heap.process->resident_bytes();
  }
  return sample;
}

void TraceRun::sample() {
  run_.last = look();
  run_.samples.push_back(run_.last);
}

void TraceRun::finish() {
  // It did not come so far: what is known of the time when it had most.
  if (run_.peak.step == 0) run_.peak = std::ranges::max(run_.samples, {}, &HeapSample::requested);
  run_.time = machine_.now().since_start();
  run_.time -= run_.paused;
  for (Heap& heap : heaps_) {
    if (heap.process == nullptr) continue;
    run_.peak_resident = std::max(run_.peak_resident, heap.process->peak_resident_bytes());
    run_.mappings += heap.process->mappings();
    count(heap);
  }
}

}  // namespace signalbox
