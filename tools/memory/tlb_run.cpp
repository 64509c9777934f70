#include "tools/memory/tlb_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "kernel/mm/asid_slots.hpp"
#include "tools/memory/table_ram.hpp"

namespace signalbox {
namespace {

constexpr VirtAddr first_page{std::uint64_t{1} << 28U};  // a multiple of every page size

unsigned shift_of(const TlbRequest& request) {
  const PageFormat& format = *request.format;
  return format.levels[request.page == PageSize::large ? format.large_level() : format.last_level()].shift;
}

VirtAddr begin_of(const TlbRequest& request, std::uint64_t place) {
  return first_page + place * request.pattern.bytes();
}

// One address space: its table, and its number for the CPU.
struct Space {
  PageTable table;
  AddressSpaceId id;
};

// Processes, or threads, with pages of their own: which space each has, and where in it.
class Crowd {
 public:
  Crowd(const TlbRequest& request, unsigned members, bool is_one_process)
      : ram_(members * TableRam::frames_for(*request.format, 1, request.pattern.bytes())),
        is_one_process_(is_one_process) {
    for (unsigned space = 0; space < (is_one_process ? 1 : members); ++space) {
      spaces_.push_back({ram_.make_table(*request.format), AddressSpaceId(space)});
    }
    for (unsigned member = 0; member < members; ++member) {
      const VirtAddr begin = begin_of(request, place_of(member));
      ram_.map(spaces_[space_of(member)].table, {begin, begin + request.pattern.bytes()}, request.page,
               page_bit::present | page_bit::writable | page_bit::user);
    }
  }

  PhysicalMemory& memory() { return ram_.memory(); }
  const Space& space(unsigned member) const { return spaces_[space_of(member)]; }
  // Where in its space its pages begin, in patterns.
  std::uint64_t place_of(unsigned member) const { return is_one_process_ ? member : 0; }

 private:
  unsigned space_of(unsigned member) const { return is_one_process_ ? 0 : member; }

  TableRam ram_;
  std::vector<Space> spaces_;
  bool is_one_process_;
};

// A CPU that goes from member to member.
class SwitchingCpu {
 public:
  SwitchingCpu(const TlbRequest& request, Crowd& crowd, AsidSlots::Tags tags)
      : request_(request), crowd_(crowd), mmu_(std::make_unique<Mmu>(crowd.memory(), request.mmu)), slots_(tags) {}

  void switch_to(unsigned member) {
    const unsigned before = mmu_->known_entries();
    const Space& space = crowd_.space(member);
    const AsidSlots::Switch chosen = slots_.switch_to(space.id, 0);
    if (chosen.load != RootLoad::none) {
      const Mmu::Known known = chosen.load == RootLoad::keep ? Mmu::Known::keep : Mmu::Known::forget;
      mmu_->load_root(*request_.format, space.table.root(), chosen.asid, known);
    }
    lost_ += before - mmu_->known_entries();
  }
  void run(unsigned member, PatternRun& pattern, std::uint64_t accesses) {
    const VirtAddr begin = begin_of(request_, crowd_.place_of(member));
    for (std::uint64_t i = 0; i < accesses; ++i) {
      const PatternRun::Use use = pattern.next();
      CHECK(!mmu_->run(begin + use.offset, 1, use.access).empty(), "every page is mapped");
    }
  }
  TlbCounts counts() const { return {.mmu = mmu_->counters(), .entries_lost = lost_}; }

 private:
  const TlbRequest& request_;
  Crowd& crowd_;
  std::unique_ptr<Mmu> mmu_;
  AsidSlots slots_;
  std::uint64_t lost_ = 0;
};

std::string name_of(unsigned member) { return fmt::format("process {}", member); }

TlbCounts run_one(const TlbRequest& request, unsigned member) {
  Crowd crowd(request, 1, true);
  SwitchingCpu cpu(request, crowd, AsidSlots::Tags::pcid);
  PatternRun pattern(request.pattern, request.seed, name_of(member));
  cpu.switch_to(0);
  cpu.run(0, pattern, request.accesses);
  return cpu.counts();
}

}  // namespace

TlbCounts& TlbCounts::operator+=(const TlbCounts& other) {
  mmu += other.mmu;
  switches += other.switches;
  entries_lost += other.entries_lost;
  return *this;
}

TlbCounts run_alone(const TlbRequest& request) { return run_one(request, 0); }

TlbCounts run_turns(const TlbRequest& request, Turns turns) {
  TlbCounts counts;
  if (turns == Turns::none) {
    for (unsigned member = 0; member < request.processes; ++member) counts += run_one(request, member);
    return counts;
  }
  Crowd crowd(request, request.processes, turns == Turns::threads);
  SwitchingCpu cpu(request, crowd, turns == Turns::untagged ? AsidSlots::Tags::none : AsidSlots::Tags::pcid);
  std::vector<PatternRun> patterns;
  for (unsigned member = 0; member < request.processes; ++member) {
    patterns.emplace_back(request.pattern, request.seed, name_of(member));
  }
  std::uint64_t switches = 0;
  for (std::uint64_t done = 0; done < request.accesses; done += request.switch_every) {
    for (unsigned member = 0; member < request.processes; ++member) {
      cpu.switch_to(member);
      ++switches;
      cpu.run(member, patterns[member], std::min(request.switch_every, request.accesses - done));
    }
  }
  counts = cpu.counts();
  counts.switches = switches - 1;  // the first is from nobody
  return counts;
}

std::uint64_t frames_of(const TlbRequest& request) {
  return request.processes * request.pattern.pages << (shift_of(request) - page_shift);
}

// What entries of 32 bits reach, less what tables take; of 64 bits 16 GiB: records of frames are memory of the host.
std::uint64_t most_frames(const PageFormat& format) {
  return format.entry_bytes == 4 ? std::uint64_t{3} << 18U : std::uint64_t{1} << 22U;
}

}  // namespace signalbox
