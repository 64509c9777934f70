#include "tests/bench/paging_rows.hpp"

#include <malloc.h>

#include <memory>

#include "kernel/base/check.hpp"
#include "kernel/base/prng.hpp"
#include "kernel/exec/memory_file.hpp"
#include "kernel/mm/paging/generated_file.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"
#include "kernel/mm/space/mmap.hpp"
#include "kernel/mm/space/program_image.hpp"
#include "tests/bench/host.hpp"

namespace signalbox {
namespace {

constexpr std::size_t mib = std::size_t{1} << 20U;
constexpr std::uint64_t pages = 8192;  // 32 MiB: more than the host's nearer caches

// A machine's memory, its host pages touched, and the one CPU that uses it.
class Memory final : private TlbFlusher, private MemoryClock {
 public:
  Memory() : host_(256 * mib), memory_(touched(host_), {.bytes = 256 * mib}, *this, *this) {}

  MainMemory& memory() { return memory_; }
  std::unique_ptr<UserSpace> space() {
    return UserSpace::create(memory_, AddressSpaceId(++spaces_), plain_layout({})).value();
  }
  std::unique_ptr<UserSpace> fork(UserSpace& parent) {
    MemoryWork work;
    return parent.fork(AddressSpaceId(++spaces_), work).value();
  }
  void enter(UserSpace& space) {
    mmu_->load_root(space.tables().format(), space.tables().root(), Asid(0), Mmu::Known::forget);
  }
  // A program's store, with its fault if there is one.
  void store(UserSpace& space, VirtAddr at) {
    while (!mmu_->store<std::uint64_t>(at, 1)) {
      const FaultPlan plan = space.resolve(mmu_->fault());
      CHECK(plan.step == FaultPlan::Step::retry, "there are frames, and nothing is read");
    }
  }

 private:
  static std::span<std::byte> touched(MemoryFile& file) {
    for (std::size_t at = 0; at < file.bytes().size(); at += page_bytes) file.bytes()[at] = std::byte{0};
    return file.bytes();
  }
  Instant now() const override { return Instant(); }
  void flush(const UserSpace&, PageRange range) override {
    mmu_->forget_range(range.begin, VirtAddr(range.end.value() - 1));
  }
  void aged(const UserSpace&, VirtAddr page) override { mmu_->forget_use(page, Asid(0)); }

  MemoryFile host_;
  MainMemory memory_;
  std::unique_ptr<Mmu> mmu_ = std::make_unique<Mmu>(memory_.frames());
  std::uint32_t spaces_ = 0;
};

VirtAddr map_pages(UserSpace& space, std::uint64_t count) {
  return mmap(space.map(), {.bytes = count * page_bytes}).value().at;
}

void store_all(Memory& memory, UserSpace& space, VirtAddr at) {
  for (std::uint64_t page = 0; page < pages; ++page) memory.store(space, at + page * page_bytes);
}

// ns a page, of `rounds` times `measure(memory)`, which answers ns for all pages; the first warms up.
template <class Measure>
double cost_of_page(unsigned rounds, Measure measure) {
  Memory memory;
  measure(memory);
  double sum = 0;
  for (unsigned i = 0; i < rounds; ++i) sum += measure(memory);
  return sum / rounds / static_cast<double>(pages);
}

double zero_fault() {
  return cost_of_page(16, [](Memory& memory) {
    const auto space = memory.space();
    const VirtAddr at = map_pages(*space, pages);
    memory.enter(*space);
    const double begun = cpu_time();
    store_all(memory, *space, at);
    return cpu_time() - begun;
  });
}

double copy_fault() {
  return cost_of_page(16, [](Memory& memory) {
    const auto parent = memory.space();
    const VirtAddr at = map_pages(*parent, pages);
    memory.enter(*parent);
    store_all(memory, *parent, at);
    const auto child = memory.fork(*parent);
    memory.enter(*child);
    const double begun = cpu_time();
    store_all(memory, *child, at);
    return cpu_time() - begun;
  });
}

// The first fork finds pages that nobody else has, those after it pages that are shared already.
double fork_cost() {
  return cost_of_page(16, [](Memory& memory) {
    const auto parent = memory.space();
    const VirtAddr at = map_pages(*parent, pages);
    memory.enter(*parent);
    store_all(memory, *parent, at);
    const double begun = cpu_time();
    const auto child = memory.fork(*parent);
    return cpu_time() - begun;
  });
}

std::size_t heap_bytes() { return mallinfo2().uordblks; }

// Bytes of the host for a process, but for the pages that it has touched: its tables, and what the emulator keeps.
template <class Fill>
double process_bytes(Fill fill) {
  constexpr unsigned count = 1000;
  Memory memory;
  std::vector<std::unique_ptr<UserSpace>> spaces;
  spaces.reserve(count);
  const std::size_t before = heap_bytes();
  std::uint64_t tables = 0;
  for (unsigned i = 0; i < count; ++i) {
    spaces.push_back(memory.space());
    memory.enter(*spaces.back());
    fill(memory, *spaces.back());
    tables += spaces.back()->tables().table_frames();
  }
  return static_cast<double>(heap_bytes() - before + tables * page_bytes) / count;
}

// Ten mappings, a page here and there, and a stack.
double sparse_process_bytes() {
  return process_bytes([](Memory& memory, UserSpace& space) {
    const VirtAddr stack(space.map().layout().stack_top.value() - 4 * page_bytes);
    constexpr std::uint32_t kind = 0x22 | 0x100000;  // private, anonymous, fixed
    CHECK(mmap(space.map(), {.hint = stack, .bytes = 4 * page_bytes, .flags = kind}), "the place is free");
    memory.store(space, stack);
    for (unsigned i = 0; i < 10; ++i) {
      const VirtAddr at = mmap(space.map(), {.bytes = 16 * page_bytes, .prot = i % 2 == 0 ? 3U : 1U}).value().at;
      if (i % 2 == 0) memory.store(space, at + i * page_bytes);
    }
  });
}

// Linux's layout: the program and the heap are far from mappings and stack, and take tables of their own.
double program_bytes() {
  const MemoryObjectRef file(new GeneratedFile({.path = "/bin/program", .inode = 1, .bytes = 64 * page_bytes}));
  return process_bytes([&](Memory& memory, UserSpace& space) {
    Prng random(1);
    const ProgramImage image{.file = file, .text_bytes = 32 * page_bytes, .bss_bytes = 4 * page_bytes};
    CHECK(load_image(space.map(), image, random), "an empty space has room");
    memory.store(space, space.map().parts.data_end + page_bytes);
    memory.store(space, VirtAddr(space.map().layout().stack_top.value() - page_bytes));
  });
}

}  // namespace

std::vector<MemoryMeasurement> paging_measurements() {
  return {
      {"paging/zero_fault", zero_fault},
      {"paging/copy_fault", copy_fault},
      {"paging/fork", fork_cost},
      {"paging/sparse_process", sparse_process_bytes},
      {"paging/loaded_program", program_bytes},
  };
}

std::vector<Bar> paging_bars() {
  using enum Unit;
  return {
      {"demand-zero fault", "paging/zero_fault", nanoseconds, "", 1, 700},
      {"copy-on-write fault with its copy", "paging/copy_fault", nanoseconds, "", 1, 950},
      {"fork, a present page", "paging/fork", nanoseconds, "", 1, 5},
      {"sparse process beside its pages", "paging/sparse_process", bytes, "", 1, 24.0 * 1024},
      {"loaded program beside its pages", "paging/loaded_program", bytes, "", 1, {}},
  };
}

}  // namespace signalbox
