#include "tools/allocators/comparison.hpp"

#include "tools/allocators/trace_run.hpp"

namespace signalbox {
namespace {

// The same for all allocators: there they can be compared.
std::size_t step_with_most_requested(const AllocationTrace& trace) {
  std::vector<std::uint64_t> bytes(trace.blocks);
  std::vector<std::uint64_t> of_process(trace.process_count());
  std::uint64_t requested = 0;
  std::uint64_t most = 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const AllocationStep& step = trace.steps[i];
    if (step.kind == AllocationKind::pause || step.kind == AllocationKind::exit) continue;
    std::uint64_t& own = of_process[trace.process_of(step.thread)];
    requested -= own;
    if (step.kind == AllocationKind::exit_group) {
      own = 0;
      continue;
    }
    const bool is_free = step.kind == AllocationKind::free || step.kind == AllocationKind::free_sized;
    own -= bytes[step.block];
    bytes[step.block] = is_free ? 0 : step.bytes;
    own += bytes[step.block];
    requested += own;
    if (requested > most) {
      most = requested;
      found = i;
    }
  }
  return found;
}

}  // namespace

std::vector<AllocatorRun> compare_allocators(const AllocatorRequest& request) {
  const std::size_t fullest = step_with_most_requested(request.trace);
  std::vector<AllocatorRun> runs;
  for (const alloc::AllocatorRow* row : request.allocators) runs.push_back(TraceRun(request, *row, fullest).run());
  return runs;
}

}  // namespace signalbox
