#include "tools/allocators/comparison.hpp"

#include <algorithm>

namespace signalbox {
namespace {

struct Block {
  VirtAddr at;
  std::uint64_t bytes = 0;
  bool is_plain = true;  // asked for without an alignment
};

// The same for all allocators: there they can be compared.
std::size_t step_with_most_requested(const AllocationTrace& trace) {
  std::vector<std::uint64_t> bytes(trace.blocks);
  std::uint64_t requested = 0;
  std::uint64_t most = 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const AllocationStep& step = trace.steps[i];
    if (step.kind == AllocationKind::pause || step.kind == AllocationKind::exit) continue;
    const bool is_free = step.kind == AllocationKind::free || step.kind == AllocationKind::free_sized;
    requested -= bytes[step.block];
    bytes[step.block] = is_free ? 0 : step.bytes;
    requested += bytes[step.block];
    if (requested > most) {
      most = requested;
      found = i;
    }
  }
  return found;
}

// One allocator in one process, step by step.
class TraceRun {
 public:
  TraceRun(const AllocatorRequest& request, const alloc::AllocatorRow& row)
      : request_(request),
        process_(request.costs, request.ram_bytes),
        allocator_(row.make(process_, request.cpus)),
        blocks_(request.trace.blocks),
        threads_(request.trace.threads) {
    run_.row = &row;
  }

  AllocatorRun run() {
    const std::uint64_t all = request_.trace.steps.size();
    if (!allocator_->start()) run_.ended = "out of memory";
    threads_[0] = 0;
    std::uint64_t next_sample = 0;
    const std::size_t fullest = step_with_most_requested(request_.trace);
    for (std::uint64_t i = 0; i < all && run_.ended.empty(); ++i) {
      if (i * request_.samples >= next_sample * all) {
        sample();
        ++next_sample;
      }
      take_step(request_.trace.steps[i]);
      if (!run_.ended.empty()) break;
      ++run_.steps;
      if (i == fullest) run_.peak = look();
    }
    sample();
    finish();
    return std::move(run_);
  }

 private:
  void take_step(const AllocationStep& step) {
    if (step.kind == AllocationKind::pause) {
      process_.wait(Duration(static_cast<std::int64_t>(step.bytes)));
      run_.paused += Duration(static_cast<std::int64_t>(step.bytes));
      return;
    }
    if (!threads_[step.thread]) threads_[step.thread] = allocator_->add_thread();
    if (!threads_[step.thread]) return end("out of memory");
    const unsigned thread = *threads_[step.thread];
    if (step.kind == AllocationKind::exit) {
      allocator_->end_thread(thread);
      threads_[step.thread].reset();
    } else if (step.kind == AllocationKind::free || step.kind == AllocationKind::free_sized) {
      free(thread, step);
    } else {
      allocate(thread, step);
    }
    if (run_.ended.empty() && process_.is_dead()) end("killed: out of memory");
    if (run_.ended.empty() && !allocator_->last_words().empty()) end(std::string(allocator_->last_words()));
  }

  void allocate(unsigned thread, const AllocationStep& step) {
    Block& block = blocks_[step.block];
    const std::uint64_t old = step.kind == AllocationKind::realloc ? block.bytes : 0;
    const VirtAddr at = ask(thread, step, block.at);
    if (process_.is_dead()) return;
    if (at == VirtAddr()) return end(allocator_->last_words().empty() ? "out of memory" : "");
    requested_ += step.bytes - old;
    run_.peak_requested = std::max(run_.peak_requested, requested_);
    // A block that realloc had may be larger than its size says: that size frees it no more.
    block = {at, step.bytes, step.kind == AllocationKind::malloc || step.kind == AllocationKind::calloc};
    touch(at, old, step.bytes);
  }

  VirtAddr ask(unsigned thread, const AllocationStep& step, VirtAddr old) {
    if (step.kind == AllocationKind::calloc) return allocator_->allocate_zeroed(thread, step.bytes);
    if (step.kind == AllocationKind::aligned) return allocator_->allocate_aligned(thread, step.alignment, step.bytes);
    if (step.kind == AllocationKind::realloc) return allocator_->reallocate(thread, old, step.bytes);
    return allocator_->allocate(thread, step.bytes);
  }

  // What is new of a block, from its old end on.
  void touch(VirtAddr at, std::uint64_t from, std::uint64_t bytes) {
    if (request_.touch == BlockTouch::none || from >= bytes) return;
    if (!process_.touch(at + from) || request_.touch == BlockTouch::first) return;
    for (VirtAddr page = (at + from).aligned_down(page_bytes) + page_bytes; page < at + bytes; page += page_bytes) {
      if (!process_.touch(page)) return;
    }
  }

  void free(unsigned thread, const AllocationStep& step) {
    const Block block = blocks_[step.block];
    requested_ -= block.bytes;
    if (step.kind == AllocationKind::free_sized && block.is_plain) {
      allocator_->free_sized(thread, block.at, block.bytes);
    } else {
      allocator_->free(thread, block.at);
    }
  }

  void end(const std::string& why) {
    if (run_.ended.empty() && !why.empty()) run_.ended = why;
  }

  HeapSample look() {
    const alloc::HeapTotals totals = allocator_->totals();
    return {.at = process_.now(),
            .step = run_.steps,
            .requested = requested_,
            .allocated = totals.allocated,
            .active = totals.active,
            .mapped = totals.mapped,
            .retained = totals.retained,
            .cached = allocator_->cached(),
            .metadata = allocator_->metadata(),
            .resident = process_.resident_bytes()};
  }

  void sample() {
    run_.last = look();
    run_.samples.push_back(run_.last);
  }

  void finish() {
    // It did not come so far: what is known of the time when it had most.
    if (run_.peak.step == 0) run_.peak = std::ranges::max(run_.samples, {}, &HeapSample::requested);
    run_.peak_resident = process_.peak_resident_bytes();
    run_.counts = process_.counts();
    run_.time = process_.now().since_start();
    run_.time -= run_.paused;
    run_.locks = allocator_->locks();
    run_.tlb_misses = process_.tlb_misses();
    run_.mappings = process_.mappings();
    run_.own_counts = allocator_->counts();
  }

  const AllocatorRequest& request_;
  EmulatedProcess process_;
  std::unique_ptr<alloc::Allocator> allocator_;
  std::vector<Block> blocks_;
  std::vector<std::optional<unsigned>> threads_;
  std::uint64_t requested_ = 0;
  AllocatorRun run_;
};

}  // namespace

std::vector<AllocatorRun> compare_allocators(const AllocatorRequest& request) {
  std::vector<AllocatorRun> runs;
  for (const alloc::AllocatorRow* row : request.allocators) runs.push_back(TraceRun(request, *row).run());
  return runs;
}

}  // namespace signalbox
