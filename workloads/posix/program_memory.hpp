#pragma once

#include <boost/container/flat_map.hpp>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernel/exec/user_mode.hpp"
#include "kernel/mm/space/mapped_pages.hpp"
#include "kernel/task/compiled.hpp"
#include "workloads/posix/frame_pages.hpp"
#include "workloads/posix/program_family.hpp"
#include "workloads/posix/saved_bytes.hpp"

namespace signalbox {

class Pager;

// One process's memory: VMAs over the pages of its family. While a relative is resident, what it has at addresses that
// both know is saved here; copying is what a switch between relatives costs the host.
class ProgramMemory final : public CompiledMemory, private MappedPages {
 public:
  static constexpr std::uint64_t stack_bytes = std::uint64_t{8} << 20U;

  // Of a process that begins the program: its image, a stack, an empty heap. Throws std::bad_alloc.
  static std::unique_ptr<ProgramMemory> begin(std::shared_ptr<ProgramFamily> family);
  ~ProgramMemory() override;

  // A process's, its own or lent. Requires that it runs a compiled program.
  static ProgramMemory& of(const Process& process);

  AddressMap& map() override { return map_; }
  void resumed(Thread& thread) override;
  std::uint64_t traced(std::uint64_t at) const override;
  bool is_absent(std::uint64_t at, Access access) override;
  bool has_absent() const override { return frames_.is_in_use(); }
  std::optional<AbsentByte> take_lacked() override { return std::exchange(lacked_, std::nullopt); }
  void let_go() override;
  // Whether the page is a frame, which the host has or not.
  bool may_be_absent(std::uint64_t at) const;
  // Threads in user mode, or in the kernel on its behalf, say so; this is the one that runs.
  void add_thread(Thread& thread, UserMode& mode);
  void remove_thread(Tid thread);
  // Until a thread of it runs again, nothing of it comes by faults, which are part of the run.
  void look_only() { running_ = nullptr; }
  // Null: it has none.
  const UserMode* mode_of(Tid thread) const {
    const auto found = modes_.find(thread);
    return found == modes_.end() ? nullptr : found->second;
  }
  // A copy of the host's record for as long as the thread sleeps in its fault.
  FaultRecord& keep_fault(Tid thread, const FaultRecord& fault);

  ProgramFamily& family() { return *family_; }
  // It is the memory of the thread's process from now on. `pager`: of a machine without memory, null.
  void begin_in(Thread& thread, Pager* pager);

  // The memory of a child: the same, from now on its own. Errno::enomem.
  Result<std::unique_ptr<ProgramMemory>> fork();
  // Its bytes are at its addresses when this comes back.
  void make_resident();

  // A call has mapped these pages: makes them usable. Errno::enomem: the host gives none, or they are not where
  // programs have memory; they are unmapped then.
  Result<void> open(PageRange range);
  // Whether programs may have memory there.
  bool is_own(PageRange range) const;
  bool maps(const MemoryObject& object) const;
  // Whether the program can still write its header, which is among the pages that it may forbid itself or unmap.
  bool has_header() const { return has_header_; }
  // A name of a word in a shared mapping that is the same for all relatives, wherever they have it mapped.
  std::uint64_t shared_word(const Vma& vma, std::uint64_t at);

  // Of the processes of a family, how much is saved for those that are not resident.
  std::size_t saved_bytes() const { return family_->resident == this ? 0 : saved_.bytes(); }

 private:
  explicit ProgramMemory(std::shared_ptr<ProgramFamily> family);

  std::size_t present(const Vma& vma, std::uint64_t at, std::size_t bytes, Access access) override;
  void keep_pages(std::uint64_t at, std::size_t bytes) override;
  bool bring_in_at_once(std::uint64_t at, Access access);
  bool switch_again(ProgramMemory& before);
  void switch_from(ProgramMemory* before);
  void add_image();
  void look_at_header();
  bool is_image(PageRange range) const;
  void save();
  void load(const SavedBytes& left_by, const RangeSet& here);
  // But for the pages that are saved.
  void wipe(PageRange range);
  using HostRuns = std::vector<std::span<std::byte>>;
  void find_own(PageRange range, VmaFlags without, HostRuns& runs) const;
  HostRuns own_runs(VmaFlags without = 0) const;
  void copy(std::span<std::byte> run, SavedBytes& to);
  // Its bytes are at the program's addresses, and its own.
  bool is_private(const Vma& vma) const { return !vma.has(vma_flag::shared) && !frames_.holds(vma); }
  bool may_be_absent(const Vma& vma) const { return frames_.holds(vma) && frames_.is_attached(); }
  bool is_mapped_by_others(PageRange range) const;
  void give_way(PageRange range);
  RangeSet mapped() const;
  // Of the host's pages, while this is resident or becomes it.
  Result<void> show(const Vma& vma, PageRange range);
  void take_places();
  void apply_rights(const RangeSet& here);

  // MappedPages.
  void discard(const Vma& vma, PageRange range, Leaving why) override;
  void grown(const Vma& vma) override;
  void cut(PageRange) override {}
  void trim(PageRange) override { family_->drop_files(); }
  Result<void> move(PageRange from, VirtAddr to) override;
  void protect(PageRange range, VmaFlags flags) override;
  void relock(const Vma& vma, PageRange range) override;
  void advise(const Vma& vma, PageRange range, std::int32_t advice) override;
  bool is_resident(const Vma& vma, VirtAddr page) const override;

  std::shared_ptr<ProgramFamily> family_;
  SavedBytes saved_;  // while it is resident, of when it last was not
  // Whom it took turns with by mere copying, and what was true then.
  const ProgramMemory* copied_from_ = nullptr;
  ProgramFamily::State copied_at_;
  boost::container::flat_map<Tid, UserMode*> modes_;
  boost::container::flat_map<Tid, std::unique_ptr<FaultRecord>> faults_;  // of threads that had one
  bool has_header_ = true;
  Thread* running_ = nullptr;
  Pager* pager_ = nullptr;
  std::optional<AbsentByte> lacked_;
  FramePages frames_{*family_, *this};
  AddressMap map_;  // gives its pages up first
};

}  // namespace signalbox
