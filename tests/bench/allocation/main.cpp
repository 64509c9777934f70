// allocation_program WORKLOAD: nanoseconds of CPU a malloc and its free took, or for peak/* the most bytes resident, by
// whatever malloc this process has. signalbox_bench runs it with ours preloaded, and with jemalloc.
#include <dlfcn.h>
#include <sched.h>
#include <time.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <string_view>
#include <thread>
#include <vector>

namespace {

double cpu_nanoseconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// Of this program alone; getrusage(2) would tell what was resident before exec, too.
double peak_bytes() {
  double kib = 0;
  std::FILE* status = std::fopen("/proc/self/status", "r");
  std::array<char, 256> line{};
  while (status != nullptr && std::fgets(line.data(), line.size(), status) != nullptr) {
    if (std::sscanf(line.data(), "VmHWM: %lf kB", &kib) == 1) break;
  }
  if (status != nullptr) std::fclose(status);
  return kib * 1024;
}

// Cheap beside an allocation, and the same in every run.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t bound) {
    state_ = state_ * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return ((state_ >> 32U) * bound) >> 32U;
  }

 private:
  std::uint64_t state_;
};

// The compiler must not remove a pair that nobody looks at.
void* seen(void* block) {
  asm volatile("" : "+r"(block) : : "memory");
  return block;
}

void touch(void* block, std::size_t bytes) {
  static_cast<char*>(block)[0] = 1;
  static_cast<char*>(block)[bytes - 1] = 1;
}

template <class Act>
double cost(unsigned pairs, Act act) {
  act(pairs / 10);
  const double begun = cpu_nanoseconds();
  act(pairs);
  return (cpu_nanoseconds() - begun) / pairs;
}

double hot_pair(std::size_t bytes) {
  return cost(20'000'000, [=](unsigned pairs) {
    for (unsigned i = 0; i < pairs; ++i) std::free(seen(std::malloc(bytes)));
  });
}

// The preloaded library's own operators: those that this program is linked with would call malloc and free.
double sized_pair(std::size_t bytes) {
  const auto make = reinterpret_cast<void* (*)(std::size_t)>(dlsym(RTLD_DEFAULT, "_Znwm"));
  const auto end = reinterpret_cast<void (*)(void*, std::size_t)>(dlsym(RTLD_DEFAULT, "_ZdlPvm"));
  if (make == nullptr || end == nullptr) {
    std::fputs("no library with operator new and delete is preloaded\n", stderr);
    std::exit(1);
  }
  return cost(20'000'000, [=](unsigned pairs) {
    for (unsigned i = 0; i < pairs; ++i) end(seen(make(bytes)), bytes);
  });
}

// A thousand blocks live, each replaced at random: sizes by powers of two, smaller ones more often.
double random_sizes() {
  std::vector<void*> live(1000);
  Draw draw(1);
  return cost(5'000'000, [&](unsigned pairs) {
    for (unsigned i = 0; i < pairs; ++i) {
      void*& block = live[draw.below(live.size())];
      std::free(block);
      const std::size_t bytes = 1 + draw.below(std::uint64_t{16} << draw.below(10));
      block = seen(std::malloc(bytes));
      touch(block, bytes);
    }
  });
}

double medium_sizes() {
  std::vector<void*> live(200);
  Draw draw(2);
  return cost(1'000'000, [&](unsigned pairs) {
    for (unsigned i = 0; i < pairs; ++i) {
      void*& block = live[draw.below(live.size())];
      std::free(block);
      const std::size_t bytes = 1024 + draw.below(31 * 1024);
      block = seen(std::malloc(bytes));
      touch(block, bytes);
    }
  });
}

double batches(unsigned count) {
  std::vector<void*> live(count);
  return cost(10'000'000, [&](unsigned pairs) {
    for (unsigned done = 0; done < pairs; done += count) {
      for (void*& block : live) block = seen(std::malloc(64));
      for (void* block : live) std::free(block);
    }
  });
}

// Threads are to meet, though the benchmarks are pinned to one CPU.
void use_all_cpus() {
  cpu_set_t all;
  std::memset(&all, 0xff, sizeof all);
  sched_setaffinity(0, sizeof all, &all);
}

// One thread allocates, the other frees, through a ring of 1,024 blocks.
double producer_consumer() {
  use_all_cpus();
  constexpr unsigned size = 1024;
  std::array<std::atomic<void*>, size> ring{};
  return cost(5'000'000, [&](unsigned pairs) {
    std::thread consumer([&] {
      for (unsigned i = 0; i < pairs; ++i) {
        std::atomic<void*>& slot = ring[i % size];
        void* block = nullptr;
        while ((block = slot.load(std::memory_order_acquire)) == nullptr) std::this_thread::yield();
        slot.store(nullptr, std::memory_order_release);
        std::free(block);
      }
    });
    for (unsigned i = 0; i < pairs; ++i) {
      std::atomic<void*>& slot = ring[i % size];
      void* block = std::malloc(64);
      touch(block, 64);
      while (slot.load(std::memory_order_acquire) != nullptr) std::this_thread::yield();
      slot.store(block, std::memory_order_release);
    }
    consumer.join();
  });
}

// Larson and Krishnan 1998: threads replace random blocks, and hand all they have to a new thread now and then.
void larson_life(std::vector<void*>& live, std::uint64_t seed, unsigned pairs, unsigned lives) {
  Draw draw(seed);
  for (unsigned i = 0; i < pairs / lives; ++i) {
    void*& block = live[draw.below(live.size())];
    std::free(block);
    const std::size_t bytes = 16 + draw.below(1008);
    block = seen(std::malloc(bytes));
    touch(block, bytes);
  }
  if (lives > 1) std::thread([&] { larson_life(live, seed + 1, pairs - pairs / lives, lives - 1); }).join();
}

double larson() {
  use_all_cpus();
  constexpr unsigned threads = 2;
  std::array<std::vector<void*>, threads> live;
  for (auto& blocks : live) blocks.resize(5000);
  return cost(6'000'000, [&](unsigned pairs) {
    std::vector<std::thread> all;
    for (unsigned i = 0; i < threads; ++i) {
      all.emplace_back([&, i] { larson_life(live[i], 100 * i, pairs / threads, 10); });
    }
    for (std::thread& thread : all) thread.join();
  });
}

template <class Run>
double peak_of(Run run) {
  run();
  return peak_bytes();
}

// Sizes change from phase to phase; a tenth of each phase stays.
void phases() {
  std::vector<void*> kept;
  Draw draw(3);
  for (unsigned phase = 0; phase < 20; ++phase) {
    const std::size_t bytes = std::size_t{24} << (phase % 8);
    std::vector<void*> live;
    for (std::size_t all = 0; all < (std::size_t{32} << 20U); all += bytes) {
      live.push_back(std::malloc(bytes));
      std::memset(live.back(), 1, bytes);
    }
    for (void* block : live) {
      if (draw.below(10) == 0) {
        kept.push_back(block);
      } else {
        std::free(block);
      }
    }
  }
}

// A million small blocks, all in use.
void small_blocks() {
  Draw draw(4);
  for (unsigned i = 0; i < 1'000'000; ++i) {
    const std::size_t bytes = 16 + draw.below(112);
    std::memset(seen(std::malloc(bytes)), 1, bytes);
  }
}

struct Workload {
  std::string_view name;
  std::function<double()> run;
};

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all{
      {"pair/16", [] { return hot_pair(16); }},
      {"pair/1024", [] { return hot_pair(1024); }},
      {"sized/64", [] { return sized_pair(64); }},
      {"random", random_sizes},
      {"medium", medium_sizes},
      {"batch/1000", [] { return batches(1000); }},
      {"batch/100000", [] { return batches(100'000); }},
      {"producer_consumer", producer_consumer},
      {"larson", larson},
      {"peak/random", [] { return peak_of(random_sizes); }},
      {"peak/medium", [] { return peak_of(medium_sizes); }},
      {"peak/batch", [] { return peak_of([] { return batches(100'000); }); }},
      {"peak/phases", [] { return peak_of(phases); }},
      {"peak/small", [] { return peak_of(small_blocks); }},
      {"peak/larson", [] { return peak_of(larson); }},
  };
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  for (const Workload& workload : workloads()) {
    if (argc == 2 && workload.name == argv[1]) {
      std::printf("%.6f\n", workload.run());
      return 0;
    }
  }
  std::fputs("usage: allocation_program WORKLOAD, one of:\n", stderr);
  for (const Workload& workload : workloads()) std::fprintf(stderr, "  %s\n", workload.name.data());
  return 2;
}
