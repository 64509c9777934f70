#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"
#include "kernel/mm/shortage/direct_reclaim.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/mmap.hpp"

namespace signalbox {

// A machine with memory and one CPU, whose devices are as slow as the test says: it executes plans as a machine does.
class PagedMachine final : private TlbFlusher, private MemoryClock {
 public:
  explicit PagedMachine(std::uint32_t ram_pages = 4096, std::uint32_t swap_pages = 0, MemoryConfig config = {},
                        const MmuConfig& mmu = {})
      : arena_(ram_pages * page_bytes),
        memory(arena_, with_sizes(config, ram_pages, swap_pages), *this, *this),
        mmu_(std::make_unique<Mmu>(memory.frames(), mmu)) {}

  std::unique_ptr<UserSpace> new_space(const AddressLayout& layout = plain_layout({})) {
    return UserSpace::create(memory, AddressSpaceId(++spaces_), layout).value();
  }
  std::unique_ptr<UserSpace> fork(UserSpace& parent) { return parent.fork(AddressSpaceId(++spaces_), work).value(); }

  // A program's load or store. Nothing, or false: `last_plan` says why.
  std::optional<std::uint64_t> load(UserSpace& space, VirtAddr at) {
    std::optional<DirectReclaim> effort;
    while (true) {
      enter(space);
      if (const auto value = mmu_->load<std::uint64_t>(at)) return value;
      if (!mend(space, effort)) return std::nullopt;
    }
  }
  bool store(UserSpace& space, VirtAddr at, std::uint64_t value) {
    std::optional<DirectReclaim> effort;
    while (true) {
      enter(space);
      if (mmu_->store<std::uint64_t>(at, value)) return true;
      if (!mend(space, effort)) return false;
    }
  }
  // The first step that an access asks for; retry: it would succeed.
  FaultPlan first_step(UserSpace& space, VirtAddr at, Access access) {
    enter(space);
    if (!mmu_->run(at, 1, access).empty()) return {};
    return space.resolve(mmu_->fault());
  }

  // Requests that began are done, in order.
  void finish_all() {
    take_over();
    while (!requests.empty()) finish(std::exchange(requests, {}));
  }
  // Reclaims as a thread does that found no frame; false: nothing is left to be had.
  bool reclaim(unsigned most_steps = 100'000) {
    DirectReclaim effort(memory.shortage(), {.watermark = WatermarkLevel::min});
    return reclaim(effort, most_steps);
  }
  bool reclaim(DirectReclaim& effort, unsigned most_steps = 100'000) {
    while (most_steps-- > 0) {
      const ReclaimStep step = effort.step();
      requests.insert(requests.end(), step.writes.begin(), step.writes.end());
      if (step.next == ReclaimStep::Next::allocate) return true;
      if (step.next == ReclaimStep::Next::out_of_memory) return false;
      finish_all();
    }
    return false;
  }
  // Takes one page away from all who have it, as reclaim does; writes end at once.
  void evict(FrameNumber page) {
    CHECK(memory.records()[page].content == PageContent::file || memory.add_to_swap(page), "there is swap");
    memory.unmap(page);
    if (memory.is_dirty(page)) requests.push_back(memory.shortage().start_write(page));
    finish_all();
    memory.shortage().removed(page);
    memory.evict(page, {});
  }

  PageEntry entry(const UserSpace& space, VirtAddr at) const { return space.entry_at(at); }
  const PageRecord& record(const UserSpace& space, VirtAddr at) const {
    return memory.records()[entry(space, at).frame()];
  }
  std::uint32_t used_frames() const { return memory.frames().frames() - memory.frames().free_frames(); }

  MmuCounters mmu_counters() const { return mmu_->counters(); }

  std::vector<BlockRequest> requests;  // on their way
  std::vector<BlockRequest> history;   // that were done
  FaultPlan last_plan;
  MemoryWork work;
  unsigned reads = 0;  // major faults

 private:
  static MemoryConfig with_sizes(MemoryConfig config, std::uint32_t ram_pages, std::uint32_t swap_pages) {
    config.bytes = ram_pages * page_bytes;
    config.swap_bytes = swap_pages * page_bytes;
    return config;
  }
  Instant now() const override { return Instant(); }
  void flush(const UserSpace& space, PageRange range) override {
    if (space.id() == loaded_ && range.begin < range.end)
      mmu_->forget_range(range.begin, VirtAddr(range.end.value() - 1));
  }
  void aged(const UserSpace& space, VirtAddr page) override {
    if (space.id() == loaded_) mmu_->forget_use(page, Asid(0));
  }
  // What the MMU knows of a space is forgotten when another one is loaded.
  void enter(UserSpace& space) {
    if (space.id() == loaded_) return;
    loaded_ = space.id();
    mmu_->load_root(space.tables().format(), space.tables().root(), Asid(0), Mmu::Known::forget);
  }
  void take_over() {
    const std::vector<BlockRequest> begun = memory.take_requests();
    requests.insert(requests.end(), begun.begin(), begun.end());
  }
  void finish(const std::vector<BlockRequest>& done) {
    for (const BlockRequest& each : done) memory.finished(each);
    history.insert(history.end(), done.begin(), done.end());
  }
  // `effort` goes on over the tries of one access: it knows when to give up.
  bool mend(UserSpace& space, std::optional<DirectReclaim>& effort) {
    last_plan = space.resolve(mmu_->fault());
    work += last_plan.work;
    switch (last_plan.step) {
      case FaultPlan::Step::retry:
        break;
      case FaultPlan::Step::read:
        ++reads;
        requests.push_back(last_plan.request);
        [[fallthrough]];
      case FaultPlan::Step::wait:
        finish_all();
        break;
      case FaultPlan::Step::reclaim:
        memory.frames().refuse_after(PhysicalMemory::never);  // what was refused for a test is so once
        if (!effort) effort.emplace(memory.shortage(), FrameRequest{.watermark = WatermarkLevel::min}, space.id());
        return reclaim(*effort);
      case FaultPlan::Step::segv_no_mapping:
      case FaultPlan::Step::segv_no_right:
      case FaultPlan::Step::bus_error:
        return false;
    }
    finish_all();
    return true;
  }

  std::vector<std::byte> arena_;
  std::optional<AddressSpaceId> loaded_;
  std::uint32_t spaces_ = 0;

 public:
  MainMemory memory;

 private:
  std::unique_ptr<Mmu> mmu_;
};

// Private anonymous pages, to read and to write, where the machine likes.
inline VirtAddr map_pages(UserSpace& space, std::uint64_t pages, std::uint32_t prot = prot_read | prot_write,
                          std::uint32_t flags = map_private | map_anonymous) {
  return mmap(space.map(), {.bytes = pages * page_bytes, .prot = prot, .flags = flags}).value().at;
}

// A file in memory: its device. Pages that were never written read as their number in every word.
class TestFile final : public MemoryObject {
 public:
  explicit TestFile(std::uint64_t pages) : store_(pages) {}

  ObjectRights rights() const override { return {}; }
  std::uint64_t bytes() const override { return store_.device.size() * page_bytes; }
  std::string_view path() const override { return "/file"; }
  std::uint64_t inode() const override { return 7; }
  PageStore* store() override { return &store_; }
  std::uint64_t word_on_device(std::uint64_t page) const { return store_.device[page][0]; }

 private:
  struct Store final : PageStore {
    using Page = std::array<std::uint64_t, page_bytes / sizeof(std::uint64_t)>;

    explicit Store(std::uint64_t count) : PageStore(Kind::file), device(count) {
      for (std::uint64_t page = 0; page < count; ++page) device[page].fill(page);
    }
    void read(std::uint64_t page, std::span<std::byte> bytes) const override {
      std::memcpy(bytes.data(), device[page].data(), page_bytes);
    }
    void write(std::uint64_t page, std::span<const std::byte> bytes) override {
      std::memcpy(device[page].data(), bytes.data(), page_bytes);
    }

    std::vector<Page> device;
  };

  Store store_;
};

inline VirtAddr map_file(UserSpace& space, const MemoryObjectRef& file, std::uint32_t kind,
                         std::uint32_t prot = prot_read | prot_write) {
  return mmap(space.map(), {.bytes = file->bytes(), .prot = prot, .flags = kind, .object = file}).value().at;
}

}  // namespace signalbox
