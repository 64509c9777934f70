#include "tools/allocators/generators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <variant>

#include "kernel/base/nearest_word.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/policy_text.hpp"
#include "tools/allocators/trace_reader.hpp"
#include "workloads/formats/input_file.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

// Writes a trace.
class TraceWriter {
 public:
  std::uint32_t take(unsigned thread, std::uint64_t bytes, AllocationKind kind = AllocationKind::malloc) {
    const std::uint32_t block = numbers_.take(trace_);
    add({.kind = kind, .thread = static_cast<std::uint16_t>(thread), .block = block, .bytes = bytes});
    return block;
  }
  void free(unsigned thread, std::uint32_t block) {
    add({.kind = AllocationKind::free, .thread = static_cast<std::uint16_t>(thread), .block = block});
    numbers_.give_back(block);
  }
  void free_all(unsigned thread, const std::vector<std::uint32_t>& blocks) {
    for (const std::uint32_t block : blocks) free(thread, block);
  }
  void pause(Duration time) {
    if (time > Duration()) {
      add({.kind = AllocationKind::pause, .bytes = static_cast<std::uint64_t>(time.nanoseconds())});
    }
  }
  AllocationTrace take_trace() { return std::move(trace_); }

 private:
  void add(const AllocationStep& step) {
    if (trace_.steps.size() == most_allocation_steps) {
      throw InputError({.file = "WORKLOAD"}, "has too many steps", fmt::format("at most {}", most_allocation_steps));
    }
    trace_.threads = std::max(trace_.threads, step.thread + 1U);
    trace_.steps.push_back(step);
  }

  AllocationTrace trace_;
  BlockNumbers numbers_;
};

PolicyOption count_option(std::string_view name, std::int64_t fallback, std::int64_t most, std::string_view meaning) {
  return number_option(name, fallback, 1, most, meaning);
}
PolicyOption threads_option(std::int64_t fallback) {
  return number_option("threads", fallback, 1, most_allocation_threads, "how many threads allocate");
}
PolicyOption least_option(std::int64_t fallback) {
  return number_option("least", fallback, 0, std::int64_t{1} << 30, "smallest block, bytes");
}
PolicyOption most_option(std::int64_t fallback) {
  return number_option("most", fallback, 1, std::int64_t{1} << 30, "largest block, bytes");
}

struct Sizes {
  std::uint64_t least;
  std::uint64_t most;

  explicit Sizes(const OptionValues& options)
      : least(static_cast<std::uint64_t>(options.get<std::int64_t>("least"))),
        most(static_cast<std::uint64_t>(options.get<std::int64_t>("most"))) {
    if (least > most) throw InputError({.file = "WORKLOAD"}, "least is more than most", "least at or below most");
  }
  std::uint64_t draw(Prng& random) const { return least + random.below(most - least + 1); }
};

std::uint64_t count_of(const OptionValues& options, std::string_view name) {
  return static_cast<std::uint64_t>(options.get<std::int64_t>(name));
}

// A server's threads: each has some slots and replaces the block in one of them, again and again; after each round the
// slots are another thread's.
AllocationTrace larson(const OptionValues& options, Prng random) {
  const Sizes sizes(options);
  const std::uint64_t threads = count_of(options, "threads");
  const std::uint64_t slots = count_of(options, "slots");
  TraceWriter writer;
  std::vector<std::vector<std::uint32_t>> held(threads);
  for (unsigned t = 0; t < threads; ++t) {
    for (std::uint64_t i = 0; i < slots; ++i) held[t].push_back(writer.take(t, sizes.draw(random)));
  }
  for (std::uint64_t round = 0; round < count_of(options, "rounds"); ++round) {
    for (std::uint64_t i = 0; i < count_of(options, "replacements"); ++i) {
      for (unsigned t = 0; t < threads; ++t) {
        std::uint32_t& slot = held[(t + round) % threads][random.below(slots)];
        writer.free(t, slot);
        slot = writer.take(t, sizes.draw(random));
      }
    }
  }
  return writer.take_trace();
}

// One half of the threads allocates, the other frees what comes through a queue.
AllocationTrace cross_thread(const OptionValues& options, Prng random) {
  const Sizes sizes(options);
  const std::uint64_t pairs = count_of(options, "pairs");
  const std::uint64_t depth = count_of(options, "depth");
  TraceWriter writer;
  std::vector<std::vector<std::uint32_t>> queues(pairs);
  for (std::uint64_t i = 0; i < count_of(options, "blocks"); ++i) {
    const std::uint64_t pair = i % pairs;
    queues[pair].push_back(writer.take(static_cast<unsigned>(2 * pair), sizes.draw(random)));
    if (queues[pair].size() < depth) continue;
    writer.free_all(static_cast<unsigned>(2 * pair + 1), queues[pair]);
    queues[pair].clear();
  }
  for (std::uint64_t pair = 0; pair < pairs; ++pair) {
    writer.free_all(static_cast<unsigned>(2 * pair + 1), queues[pair]);
  }
  return writer.take_trace();
}

// A program that builds up, tears down and rests: each phase has blocks of its own size, and some of them stay.
AllocationTrace phases(const OptionValues& options, Prng random) {
  const Sizes sizes(options);
  const std::uint64_t kept_in_1000 = count_of(options, "kept");
  TraceWriter writer;
  std::vector<std::uint32_t> kept;
  std::vector<std::uint32_t> blocks;
  for (std::uint64_t phase = 0; phase < count_of(options, "phases"); ++phase) {
    const std::uint64_t size = sizes.draw(random);
    for (std::uint64_t bytes = 0; bytes < count_of(options, "live"); bytes += std::max<std::uint64_t>(size, 1)) {
      blocks.push_back(writer.take(0, size));
    }
    for (const std::uint32_t block : blocks) {
      if (random.below(1000) < kept_in_1000) {
        kept.push_back(block);
      } else {
        writer.free(0, block);
      }
    }
    blocks.clear();
    writer.pause(options.get<Duration>("rest"));
  }
  writer.free_all(0, kept);
  return writer.take_trace();
}

// Blocks live for times that are spread exponentially; sizes are spread over powers of two, small ones more often, as
// programs have them. The number that lives is `live` on average.
AllocationTrace lifetimes(const OptionValues& options, Prng random) {
  const Sizes sizes(options);
  const std::uint64_t live = count_of(options, "live");
  const std::uint64_t threads = count_of(options, "threads");
  TraceWriter writer;
  std::vector<std::uint32_t> blocks;
  for (std::uint64_t i = 0; i < count_of(options, "blocks"); ++i) {
    const auto thread = static_cast<unsigned>(random.below(threads));
    // Each of the living is as likely to go: that is what makes a life exponential.
    if (blocks.size() >= live) {
      std::uint32_t& gone = blocks[random.below(blocks.size())];
      writer.free(static_cast<unsigned>(random.below(threads)), gone);
      gone = blocks.back();
      blocks.pop_back();
    }
    std::uint64_t size = sizes.most;
    while (size > std::max<std::uint64_t>(sizes.least, 1) && random.below(2) == 0) size /= 2;
    size = std::max(sizes.least, size - random.below(size / 2 + 1));
    blocks.push_back(writer.take(thread, size));
  }
  writer.free_all(0, blocks);
  return writer.take_trace();
}

const std::array<AllocationGenerator, 4>& generators() {
  static const std::array<AllocationGenerator, 4> rows{{
      {"cross_thread",
       "threads that allocate and threads that free, in pairs",
       "the producer and consumer of Berger et al. 2000 (Hoard)",
       {count_option("pairs", 1, most_allocation_threads / 2, "pairs of threads"),
        count_option("blocks", 100'000, 10'000'000, "blocks in all"),
        count_option("depth", 1000, 1'000'000, "blocks that a queue holds before they are freed"), least_option(16),
        most_option(256)},
       cross_thread},
      {"larson",
       "a server's threads replace blocks in slots that go from thread to thread",
       "Larson and Krishnan 1998, Memory Allocation for Long-Running Server Applications",
       {threads_option(4), count_option("slots", 1000, 1'000'000, "blocks that a thread holds"),
        count_option("rounds", 10, 100'000, "rounds; after each the slots are another thread's"),
        count_option("replacements", 5000, 10'000'000, "blocks that a thread replaces in a round"), least_option(10),
        most_option(500)},
       larson},
      {"lifetimes",
       "blocks of sizes over powers of two that live for exponential times",
       "Zorn and Grunwald 1994, Evaluating Models of Memory Allocation",
       {threads_option(1), count_option("blocks", 100'000, 10'000'000, "blocks in all"),
        count_option("live", 2000, 10'000'000, "blocks that live at once"), least_option(16), most_option(65'536)},
       lifetimes},
      {"phases",
       "a program that builds up, frees most of it, and rests",
       "Wilson et al. 1995, Dynamic Storage Allocation: peaks and plateaus",
       {count_option("phases", 8, 10'000, "how often"),
        count_option("live", 16 << 20, std::int64_t{1} << 36, "bytes that a phase allocates"),
        number_option("kept", 10, 0, 1000, "blocks of a thousand that stay to the end"),
        {"rest", 1_s, Duration(), 1000_s, {"off"}, "time between two phases"},
        least_option(64),
        most_option(8192)},
       phases},
  }};
  return rows;
}

AllocationTrace generate_allocations(const std::string& text, std::uint64_t seed) {
  std::vector<OptionOwner> owners;
  for (const AllocationGenerator& row : generators()) owners.push_back({row.name, row.options});
  auto read = OptionTextReader(text, "workload", owners).read();
  if (const auto* const error = std::get_if<PolicyTextError>(&read)) {
    throw InputError({.file = text, .line = 1, .column = static_cast<unsigned>(error->column + 1)}, error->what,
                     error->expected);
  }
  const auto& choice = std::get<OwnerChoice>(read);
  const AllocationGenerator& row = generators()[choice.owner];
  AllocationTrace trace = row.make(choice.options, Prng(seed).split(row.name));
  trace.name = spelled_options(row.name, row.options, choice.options);
  return trace;
}

// The name before the options.
std::string_view head_of(const std::string& workload) {
  return std::string_view(workload).substr(0, workload.find(':'));
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename(); }

}  // namespace

std::span<const AllocationGenerator> all_allocation_generators() { return generators(); }

bool names_allocation_generator(const std::string& workload) {
  return std::ranges::find(generators(), head_of(workload), &AllocationGenerator::name) != generators().end();
}

AllocationTrace load_allocations(const std::string& workload, std::uint64_t seed) {
  if (names_allocation_generator(workload)) return generate_allocations(workload, seed);
  std::error_code none;
  if (!std::filesystem::exists(workload, none)) {
    std::vector<std::string_view> names;
    for (const AllocationGenerator& row : generators()) names.push_back(row.name);
    throw InputError(
        {.file = workload}, "no workload and no file has that name",
        one_of(head_of(workload), names) + ", a scenario, or a file: a trace of allocations or malloc lab's .rep");
  }
  InputFile file(workload);
  const bool is_ours = looks_like_allocation_trace(file.beginning());
  InputLines lines(file);
  AllocationTrace trace = is_ours ? read_allocation_trace(lines) : read_malloc_lab_trace(lines);
  trace.name = file_name(workload);
  return trace;
}

}  // namespace signalbox
