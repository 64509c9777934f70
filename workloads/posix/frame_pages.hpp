#pragma once

#include <boost/container/flat_map.hpp>
#include <map>

#include "kernel/base/ids.hpp"
#include "kernel/mm/mmu.hpp"
#include "kernel/mm/paging/space_mirror.hpp"
#include "kernel/mm/paging/user_space.hpp"
#include "workloads/posix/family_pages.hpp"
#include "workloads/posix/range_set.hpp"

namespace signalbox {

class ProgramFamily;
class ProgramMemory;

// Those of a program's mappings whose pages are frames of emulated RAM: of files, or all. The process's space has
// them, too, and all that happens to a native program's pages happens there. What the host has at the program's
// addresses is to that what a TLB is: it shows pages that were used, by the rights that their entries have, until the
// space tells its TLBs of a change. So an access that the host refuses is one that an MMU has to be asked about.
class FramePages final : private SpaceMirror {
 public:
  FramePages(ProgramFamily& family, const ProgramMemory& owner) : family_(family), owner_(owner) {}
  FramePages(const FramePages&) = delete;
  FramePages& operator=(const FramePages&) = delete;
  ~FramePages() { detach(); }

  // Whether pages of the mapping are frames: those of files always, and with --paging all in the family's window.
  bool holds(const Vma& vma) const;
  static bool is_of_file(const Vma& vma);

  // The process has this space, made for it or a copy of its parent's; it gets the mappings of `map`, and no others.
  // `ram`: the host's file that the frames are in. Of a machine with narrow addresses it is no use.
  void attach(UserSpace& space, int ram, const AddressMap& map);
  // The space loses its mappings: whoever promised them may go.
  void leave();
  bool is_attached() const { return space_ != nullptr; }
  bool is_in_use() const { return space_ != nullptr && space_->map().vmas().size() > 0; }

  // What calls on mappings do to these.
  void changed(const Vma& vma);  // new, larger, or with other flags
  void unmapped(PageRange range);
  MappedPages& pages() const { return space_->map().pages(); }

  // An access of the program by the MMU of its CPU, if the host would not make it anyway. True: it makes it now. False:
  // it takes the MMU's fault.
  bool access(Mmu& mmu, VirtAddr at, Access access);

  // The pages stay in their frames until the thread's call is over.
  void keep(Tid thread, VirtAddr at, std::size_t bytes);
  void let_go(Tid thread) { kept_.erase(thread); }

  // Nobody relies on what is shown now: all of it is hidden, if it is much.
  void make_room();
  bool has_room() const { return shown_.size() < room(); }

  // The host has the pages that were shown when the process ran last.
  void take_places();
  void add_shown(RangeSet& here) const;

 private:
  // A host has a limited number of mappings (vm.max_map_count), and each of these may be one.
  static constexpr std::size_t most_shown = 16'384;
  // What a call needs at once, however many others have.
  static constexpr std::size_t least_shown = 64;

  struct Shown {
    FrameNumber frame;
    unsigned rights = 0;
  };

  void forget(PageRange range) override;
  void forget_use(VirtAddr page) override { forget({page, page + page_bytes}); }
  bool is_kept(PageRange range) const override;
  void space_ends() override { detach(); }
  void detach();
  bool is_here() const;
  std::size_t room() const;
  FamilyPages::File ram() const;

  ProgramFamily& family_;
  const ProgramMemory& owner_;
  UserSpace* space_ = nullptr;
  int ram_ = -1;
  std::map<VirtAddr, Shown> shown_;  // by page
  boost::container::flat_map<Tid, RangeSet> kept_;
};

}  // namespace signalbox
