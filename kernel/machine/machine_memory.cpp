#include "kernel/machine/machine_memory.hpp"

#include <algorithm>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/mm/space/program_image.hpp"

namespace signalbox {
namespace {

// The program that all processes run, as far as their memory sees it: its code is in C++ beside the machine. As large
// as a small tool of coreutils.
constexpr std::uint64_t text_bytes = 16 * page_bytes;
constexpr std::uint64_t data_bytes = 2 * page_bytes;
constexpr std::uint64_t bss_bytes = page_bytes;
constexpr std::uint64_t argument_bytes = page_bytes;

constexpr Duration own_tick = 4_ms;

MemoryObjectRef program_file() {
  return new GeneratedFile({.path = "/bin/program", .inode = 1, .bytes = text_bytes + data_bytes});
}

AddressLayout layout_for(const MemoryHardware& hardware, const MemoryLimits& limits, Prng& random) {
  const bool is_wide = hardware.main.format->address_bits > 32;
  const LayoutOptions options{.width = is_wide ? ProgramWidth::bits_64 : ProgramWidth::bits_32,
                              .stack_limit = limits.stack};
  return hardware.main.randomises ? random_layout(options, random) : plain_layout(options);
}

SpaceRoot root_of(const UserSpace& space) {
  return {.id = space.id(),
          .generation = space.generation(),
          .format = &space.tables().format(),
          .root = space.tables().root()};
}

// What a replacement policy draws comes from the run's seed.
MemoryHardware with_seed(MemoryHardware hardware, const Simulation& simulation) {
  hardware.main.shortage.replacement.seed = simulation.random().split("replacement").next();
  return hardware;
}

}  // namespace

Duration memory_price(const MemoryWork& work, const CostModel& costs) {
  return costs.page_zero * (std::int64_t{work.pages_zeroed} + work.tables_made) + costs.page_copy * work.pages_copied +
         costs.fork_page * work.entries_copied;
}

MachineMemory::MachineMemory(Simulation& simulation, const MemoryHardware& hardware, unsigned cpus, Duration tick,
                             CpuInterrupter& interrupter)
    : simulation_(simulation),
      interrupter_(interrupter),
      hardware_(with_seed(hardware, simulation)),
      arena_(hardware.main.bytes),
      main_(arena_.bytes(), hardware_.main, *this, *this),
      mmus_(main_.frames(), hardware.mmu, hardware.tags, cpus),
      ticks_(simulation, main_.shortage(), interrupter, tick > Duration() ? tick : own_tick),
      swap_disk_(simulation, hardware.disk, [this](const BlockRequest& request) { done(request); }),
      file_disk_(simulation, hardware.disk, [this](const BlockRequest& request) { done(request); }),
      frame_waiters_(WaitLabel{WaitKind::memory, simulation.trace().intern("frames"), OnSignal::sleeps_on}),
      khugepaged_(WaitLabel{WaitKind::memory, NameId(), OnSignal::sleeps_on}),
      khugepaged_timer_(simulation, interrupter, khugepaged_),
      program_(program_file()),
      placing_(simulation.random().split("address spaces")),
      frames_at_start_(main_.frames().free_frames()) {
  const WaitLabel label{WaitKind::memory, simulation.trace().intern("page"), OnSignal::sleeps_on};
  for (std::size_t queue = 0; queue < page_queues; ++queue) page_waiters_.emplace_back(label);
}

// Whatever has happened: when all processes are gone, everything is back.
MachineMemory::~MachineMemory() {
  swap_disk_.drain();
  file_disk_.drain();
  program_.reset();
  CHECK(main_.frames().free_frames() == frames_at_start_, "processes that have ended give all frames back");
  CHECK(main_.swap().free_slots() == main_.swap().slots(), "and their places in swap");
  CHECK(main_.commits().committed_pages() == 0, "and what they were promised");
}

Result<std::unique_ptr<UserSpace>> MachineMemory::make_space(AddressSpaceId id, const MemoryLimits& limits) {
  auto space = TRY(UserSpace::create(main_, id, layout_for(hardware_, limits, placing_)));
  space->map().limits = limits;
  const ProgramImage image{.file = program_,
                           .text_bytes = text_bytes,
                           .data_bytes = data_bytes,
                           .bss_bytes = bss_bytes,
                           .argument_bytes = argument_bytes};
  TRY(load_image(space->map(), image, placing_));
  return space;
}

void MachineMemory::note_peak(Process& process) {
  std::uint64_t& peak = process.ended_memory.peak_pages;
  peak = std::max(peak, process.space->resident().peak);
}

void MachineMemory::release(Process& process) {
  if (process.space == nullptr) return;
  mmus_.leave(process.space->id());
  note_peak(process);
  process.space.reset();
  end_heap(process);
  frame_waiters_.wake(Waiters::all);
}

void MachineMemory::end_heap(Process& process) {
  if (process.heap == nullptr) return;
  ended_heaps_ += process.heap->summary();
  process.heap.reset();
}

alloc::HeapSummary MachineMemory::heaps(const ProcessTable& processes) const {
  alloc::HeapSummary all = ended_heaps_;
  processes.for_each_process([&](const Process& process) {
    if (process.heap != nullptr) all += process.heap->summary();
  });
  return all;
}

RootLoad MachineMemory::switch_to(CpuId cpu, Thread& thread) {
  ticks_.busy();
  const UserSpace* space = thread.process.space.get();
  if (space == nullptr) {
    mmus_.enter_lazy(cpu);
    thread.memory.mmu = nullptr;
    return RootLoad::none;
  }
  khugepaged_timer_.busy();
  const RootLoad load = mmus_.switch_to(cpu, root_of(*space));
  thread.memory.mmu = &mmus_.of(cpu);
  thread.memory.mmu->set_budget(thread.memory.budget);
  return load;
}

void MachineMemory::leave(CpuId cpu, Thread& thread) {
  ThreadMemory& own = thread.memory;
  own.walk_accesses += mmus_.take_walk_accesses(cpu);
  if (own.mmu != nullptr) own.budget = static_cast<std::uint32_t>(own.mmu->budget());
}

void MachineMemory::note_use() {
  const PhysicalMemory& frames = main_.frames();
  peak_frames_ = std::max(peak_frames_, frames.frames() - frames.free_frames());
}

void MachineMemory::note_oom_kill(const Process& victim) {
  main_.shortage().count_oom_kill();
  oom_kills_.push_back({.when = simulation_.now(),
                        .pid = victim.pid,
                        .name = victim.name,
                        .total_pages = victim.space->map().counters().total,
                        .resident = victim.space->resident(),
                        .user = victim.credentials.real_user,
                        .table_pages = victim.space->table_pages(),
                        .oom_score_adj = victim.oom_score_adj});
}

void MachineMemory::submit(const BlockRequest& request) {
  (request.device == BlockRequest::Device::swap ? swap_disk_ : file_disk_).submit(request);
}

void MachineMemory::submit_requests() {
  for (const BlockRequest& request : main_.take_requests()) submit(request);
}

void MachineMemory::done(const BlockRequest& request) {
  main_.finished(request);
  page_waiters(request.frame).wake(Waiters::all);
}

void MachineMemory::flush(const UserSpace& space, PageRange range) {
  const CpuId initiator = interrupter_.current_cpu();
  const std::vector<CpuId>& others = mmus_.forget(root_of(space), range, initiator);
  if (!others.empty()) interrupter_.shot_down(others);
  if (range.pages() > Mmu::single_flush_ceiling) interrupter_.flushed();
}

}  // namespace signalbox
