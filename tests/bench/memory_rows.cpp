#include "tests/bench/memory_rows.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "kernel/base/check.hpp"
#include "kernel/exec/memory_file.hpp"
#include "kernel/mm/mmu.hpp"
#include "kernel/mm/page_table.hpp"
#include "kernel/task/user_memory.hpp"
#include "tests/bench/bench_machine.hpp"
#include "tests/bench/host.hpp"

namespace signalbox {
namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = kib * kib;
constexpr VirtAddr base(0x7f00'0000'0000);
constexpr unsigned loads = 20'000'000;

// Memory as the outside hands it in, touched; the anchors use the same, so that the host's pages are equal on both
// sides.
struct HostMemory {
  explicit HostMemory(std::size_t bytes) : file(bytes) { std::ranges::fill(file.bytes(), std::byte{1}); }
  std::byte* begin() const { return file.bytes().data(); }

  MemoryFile file;
};

// A space with 2 MiB at `base`, in small pages.
class Space {
 public:
  explicit Space(MmuTier tier = MmuTier::exact)
      : host_(16 * mib),
        memory_(host_.file.bytes(), single_zone()),
        table_(PageTable::create(memory_, x86_64_format()).value()),
        mmu_(std::make_unique<Mmu>(memory_, MmuConfig{.tier = tier})) {
    for (std::size_t at = 0; at < 2 * mib; at += page_bytes) {
      const auto frame = memory_.allocate({});
      CHECK(frame && table_.map(base + at, PageEntry(*frame, page_bit::table)), "there is room");
    }
    mmu_->load_root(x86_64_format(), table_.root(), Asid(0), Mmu::Known::forget);
  }
  Mmu& mmu() { return *mmu_; }
  PhysAddr root() const { return table_.root(); }

 private:
  HostMemory host_;
  PhysicalMemory memory_;
  PageTable table_;
  std::unique_ptr<Mmu> mmu_;
};

// Loads at many offsets; ns a load. `memory` is a value, and the loops are functions of their own: what the compiler
// knows of the rest of the row must not make one of them faster than the other.
template <class Next, class Memory>
[[gnu::noinline]] std::uint64_t load_all(Next next, Memory memory, unsigned count) {
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < count; ++i) sum += memory.load(next());
  return sum;
}

template <class Next, class Memory>
double cost_of(Next next, Memory memory) {
  benchmark::DoNotOptimize(load_all(next, memory, loads / 10));
  const double begun = cpu_time();
  benchmark::DoNotOptimize(load_all(next, memory, loads));
  return (cpu_time() - begun) / loads;
}

// Volatile: every load is made, one by one, as a program's own loads are.
struct NativeMemory {
  const volatile std::byte* begin;
  std::uint64_t load(std::uint64_t at) const { return *reinterpret_cast<const volatile std::uint64_t*>(begin + at); }
};

struct EmulatedMemory {
  Mmu& mmu;
  std::uint64_t load(std::uint64_t at) const { return *mmu.load<std::uint64_t>(base + at); }
};

auto sequential(std::uint64_t bytes) {
  return [at = std::uint64_t{0}, bytes]() mutable { return at = (at + 8) & (bytes - 1); };
}

auto random_in(std::uint64_t bytes) {
  return [state = std::uint64_t{1}, bytes]() mutable {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return (state >> 33U) & (bytes - 1) & ~std::uint64_t{7};
  };
}

template <class Next>
double native(Next next) {
  const HostMemory host(2 * mib);
  return cost_of(next, NativeMemory{host.begin()});
}

template <class Next>
double emulated(Next next, MmuTier tier = MmuTier::exact) {
  Space space(tier);
  return cost_of(next, EmulatedMemory{space.mmu()});
}

// What programs have: the same loads through the thread that makes them, counted and paid for.
struct GuestMemory {
  UserMemory& memory;
  VirtAddr begin;
  std::uint64_t load(std::uint64_t at) const { return memory.load(Uptr<std::uint64_t>(begin + at)); }
};

template <class Next>
double guest(Next next) {
  double cost = 0;
  run_in_memory(16 * mib, 1, [&](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = private_pages(caller, 2 * mib / page_bytes);
    for (std::uint64_t offset = 0; offset < 2 * mib; offset += page_bytes)
      memory.store(Uptr<std::uint64_t>(at + offset), 1);
    cost = cost_of(next, GuestMemory{memory, at});
  });
  return cost;
}

template <class Copy>
double copy_cost(std::size_t bytes, Copy copy) {
  const std::size_t rounds = 4096 * mib / bytes;
  const std::vector<std::byte> from(bytes, std::byte{2});
  for (std::size_t i = 0; i < rounds / 10; ++i) copy(from);
  const double begun = cpu_time();
  for (std::size_t i = 0; i < rounds; ++i) copy(from);
  return (cpu_time() - begun) / static_cast<double>(rounds);
}

double native_copy(std::size_t bytes) {
  const HostMemory host(2 * mib);
  return copy_cost(bytes, [&](std::span<const std::byte> from) {
    std::byte* to = host.begin();
    benchmark::DoNotOptimize(to);
    std::memcpy(to, from.data(), from.size());
    benchmark::ClobberMemory();
  });
}

double emulated_copy(std::size_t bytes) {
  Space space;
  return copy_cost(bytes, [&](std::span<const std::byte> from) {
    CHECK(space.mmu().copy_to(base, from) == from.size(), "all is mapped");
    benchmark::ClobberMemory();
  });
}

[[gnu::noinline]] std::uint64_t sum_of(std::span<const std::byte> bytes, std::uint64_t sum) {
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + i, sizeof value);
    sum += value;
  }
  return sum;
}

template <class Read>
double read_cost(Read read) {
  constexpr unsigned rounds = 500;
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < rounds / 10; ++i) sum = read(sum);
  const double begun = cpu_time();
  for (unsigned i = 0; i < rounds; ++i) sum = read(sum);
  const double ended = cpu_time();
  benchmark::DoNotOptimize(sum);
  return (ended - begun) / rounds;
}

double native_read() {
  const HostMemory host(2 * mib);
  return read_cost([&](std::uint64_t sum) {
    std::byte* begin = host.begin();
    benchmark::DoNotOptimize(begin);
    return sum_of({begin, 2 * mib}, sum);
  });
}

double emulated_read() {
  Space space;
  return read_cost([&](std::uint64_t sum) {
    for (std::size_t at = 0; at < 2 * mib;) {
      const std::span<const std::byte> bytes = space.mmu().span(base + at, 2 * mib - at, Access::read);
      sum = sum_of(bytes, sum);
      at += bytes.size();
    }
    return sum;
  });
}

// To and fro between two spaces, one way.
double switch_cost(Mmu::Known known) {
  Space space;
  constexpr unsigned switches = 10'000'000;
  const double begun = cpu_time();
  for (unsigned i = 0; i < switches; ++i) {
    space.mmu().load_root(x86_64_format(), space.root(), Asid(static_cast<std::uint8_t>(i % 2)), known);
    benchmark::ClobberMemory();
  }
  return (cpu_time() - begun) / switches;
}

}  // namespace

std::vector<MemoryMeasurement> memory_measurements() {
  return {
      {"memory/native/sequential", [] { return native(sequential(2 * mib)); }},
      {"memory/native/page", [] { return native(random_in(4 * kib)); }},
      {"memory/native/2m", [] { return native(random_in(2 * mib)); }},
      {"memory/exact/sequential", [] { return emulated(sequential(2 * mib)); }},
      {"memory/exact/page", [] { return emulated(random_in(4 * kib)); }},
      {"memory/exact/2m", [] { return emulated(random_in(2 * mib)); }},
      {"memory/fast/2m", [] { return emulated(random_in(2 * mib), MmuTier::fast); }},
      {"memory/guest/sequential", [] { return guest(sequential(2 * mib)); }},
      {"memory/guest/page", [] { return guest(random_in(4 * kib)); }},
      {"memory/guest/2m", [] { return guest(random_in(2 * mib)); }},
      {"memory/memcpy/4k", [] { return native_copy(4 * kib); }},
      {"memory/memcpy/64k", [] { return native_copy(64 * kib); }},
      {"memory/copy/4k", [] { return emulated_copy(4 * kib); }},
      {"memory/copy/64k", [] { return emulated_copy(64 * kib); }},
      {"memory/native/read", native_read},
      {"memory/exact/read", emulated_read},
      {"memory/switch/tagged", [] { return switch_cost(Mmu::Known::keep); }},
      {"memory/switch/flush", [] { return switch_cost(Mmu::Known::forget); }},
  };
}

std::vector<Bar> memory_bars() {
  using enum Unit;
  return {
      {"load, sequential, exact", "memory/exact/sequential", nanoseconds, "memory/native/sequential", 1, 1.6},
      {"load, random in a page, exact", "memory/exact/page", nanoseconds, "memory/native/page", 1, 1.4},
      {"load, random in 2 MiB, exact", "memory/exact/2m", nanoseconds, "memory/native/2m", 1, 14},
      {"load, random in 2 MiB, fast", "memory/fast/2m", nanoseconds, "memory/native/2m", 1, 1.6},
      {"a program's load, sequential", "memory/guest/sequential", nanoseconds, "memory/native/sequential", 1, 1.6},
      {"a program's load, random in a page", "memory/guest/page", nanoseconds, "memory/native/page", 1, 1.4},
      {"a program's load, random in 2 MiB", "memory/guest/2m", nanoseconds, "memory/native/2m", 1, 14},
      {"copy_to_user, 4 KiB", "memory/copy/4k", nanoseconds, "memory/memcpy/4k", 1, 1 / 0.8},
      {"copy_to_user, 64 KiB", "memory/copy/64k", nanoseconds, "memory/memcpy/64k", 1, 1 / 0.7},
      {"spans of 2 MiB read", "memory/exact/read", nanoseconds, "memory/native/read", 1, 1 / 0.9},
      {"space switch, tagged", "memory/switch/tagged", nanoseconds, "", 1, 8},
      {"space switch, flush", "memory/switch/flush", nanoseconds, "", 1, 300},
  };
}

}  // namespace signalbox
