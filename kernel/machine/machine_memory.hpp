#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "kernel/base/prng.hpp"
#include "kernel/exec/memory_file.hpp"
#include "kernel/machine/busy_timer.hpp"
#include "kernel/machine/cpu_mmus.hpp"
#include "kernel/machine/memory_hardware.hpp"
#include "kernel/machine/memory_ticks.hpp"
#include "kernel/mm/paging/generated_file.hpp"
#include "kernel/mm/paging/user_space.hpp"
#include "kernel/sim/cost_model.hpp"
#include "kernel/sim/simulation.hpp"
#include "kernel/task/process.hpp"
#include "kernel/task/process_table.hpp"

namespace signalbox {

// Who has the CPUs: told what a change of an address space costs others than memory.
class CpuInterrupter : public MemoryTicks::Cpus {
 public:
  // The thread that runs now.
  virtual CpuId current_cpu() const = 0;
  // The running thread, if there is one, has made these CPUs forget: each is interrupted, and the thread waits for it.
  virtual void shot_down(const std::vector<CpuId>& cpus) = 0;
  // It has made its own forget all.
  virtual void flushed() = 0;

 protected:
  ~CpuInterrupter() = default;
};

// Kernel time for what memory management did.
Duration memory_price(const MemoryWork& work, const CostModel& costs);

// A process that was killed for lack of memory, as it was then: what the kernel's log says of it (__oom_kill_process).
struct OomKill {
  Instant when;
  Pid pid;
  NameId name;
  std::uint64_t total_pages = 0;
  ResidentCounters resident = {};
  UserId user = {};
  std::uint64_t table_pages = 0;
  std::int16_t oom_score_adj = 0;
};

// A machine's memory and what belongs to it: RAM, the CPUs' MMUs, the two disks, who waits for pages, and the making of
// address spaces. Nothing here waits.
class MachineMemory final : public TlbFlusher, public MemoryClock {
 public:
  // `tick` is how often the machine's timer ticks; zero: it does not, and memory ticks by itself, at 250 Hz as Debian's
  // kernels do (CONFIG_HZ).
  MachineMemory(Simulation& simulation, const MemoryHardware& hardware, unsigned cpus, Duration tick,
                CpuInterrupter& interrupter);
  ~MachineMemory();
  MachineMemory(const MachineMemory&) = delete;
  MachineMemory& operator=(const MachineMemory&) = delete;

  MainMemory& main() { return main_; }
  int ram_descriptor() const { return arena_.descriptor(); }
  CpuMmus& mmus() { return mmus_; }
  const BlockDevice& swap_disk() const { return swap_disk_; }
  const BlockDevice& file_disk() const { return file_disk_; }

  // A space with a program in it, its places drawn from the run's seed; for a process that init starts, and for exec.
  // Errno::enomem: no frames, or too many promises.
  Result<std::unique_ptr<UserSpace>> make_space(AddressSpaceId id, const MemoryLimits& limits);
  // The process has ended: gives back all its memory, and wakes who waits for frames.
  void release(Process& process);
  // Its space is about to go: getrusage(2) still tells how large it was.
  static void note_peak(Process& process);
  // And its program's heap with it.
  void end_heap(Process& process);
  // What programs did with their heaps; what these hold now, and those of processes that have ended at their end.
  alloc::HeapSummary heaps(const ProcessTable& processes) const;

  // A thread runs next on the CPU, or nobody.
  RootLoad switch_to(CpuId cpu, Thread& thread);
  void idle(CpuId cpu) { mmus_.enter_lazy(cpu); }
  // It leaves the CPU: what it walked, and what it has not spent of its budget, is its own.
  void leave(CpuId cpu, Thread& thread);

  // The most frames that were in use at once, as far as note_use() saw: whoever takes frames calls it.
  std::uint64_t peak_frames() const { return peak_frames_; }
  void note_use();

  // What memory costs those whom it serves: counts a price of it, and answers that.
  Duration spend(Duration price) {
    spent_ += price;
    return price;
  }
  Duration spent() const { return spent_; }

  // In the order in which they were killed.
  const std::vector<OomKill>& oom_kills() const { return oom_kills_; }
  void note_oom_kill(const Process& victim);

  // Hands a request to its device. When it is done, memory is told, and then who waits for the page.
  void submit(const BlockRequest& request);
  // And what was asked for beside plans.
  void submit_requests();
  // Those who wait until the page is not busy any more; others may be among them: test again.
  WaitQueue& page_waiters(FrameNumber page) { return page_waiters_[page.value() % page_queues]; }
  // Those who wait until somebody who was killed gives frames back.
  WaitQueue& frame_waiters() { return frame_waiters_; }
  // Where khugepaged sleeps, and what wakes it after a while.
  WaitQueue& khugepaged() { return khugepaged_; }
  BusyTimer& khugepaged_timer() { return khugepaged_timer_; }

  // TlbFlusher.
  void flush(const UserSpace& space, PageRange range) override;
  void aged(const UserSpace& space, VirtAddr page) override { mmus_.forget_use(space.id(), page); }
  // MemoryClock.
  Instant now() const override { return simulation_.now(); }

 private:
  static constexpr std::size_t page_queues = 64;

  void done(const BlockRequest& request);

  Simulation& simulation_;
  CpuInterrupter& interrupter_;
  MemoryHardware hardware_;
  MemoryFile arena_;
  MainMemory main_;
  CpuMmus mmus_;
  MemoryTicks ticks_;
  BlockDevice swap_disk_;
  BlockDevice file_disk_;
  std::deque<WaitQueue> page_waiters_;
  WaitQueue frame_waiters_;
  WaitQueue khugepaged_;
  BusyTimer khugepaged_timer_;
  MemoryObjectRef program_;  // what every process runs
  Prng placing_;
  std::uint32_t frames_at_start_;  // free ones
  std::uint32_t peak_frames_ = 0;
  Duration spent_;
  std::vector<OomKill> oom_kills_;
  alloc::HeapSummary ended_heaps_;
};

}  // namespace signalbox
