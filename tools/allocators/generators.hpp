#pragma once

#include <span>

#include "kernel/base/prng.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "tools/allocators/allocation_trace.hpp"

namespace signalbox {

// What draws a trace of allocations; its options are those of policies: the same types, ranges and spelling.
struct AllocationGenerator {
  std::string_view name;
  std::string_view summary;  // one line
  std::string_view source;   // where its rule is from
  std::vector<PolicyOption> options;
  AllocationTrace (*make)(const OptionValues& options, Prng random);
};

// In alphabetical order.
std::span<const AllocationGenerator> all_allocation_generators();

// Whether that is the beginning of a generator's text.
bool names_allocation_generator(const std::string& workload);

// The workload that a user names: a generator as `name:key=value,...`, else a file: a trace of ours or one of malloc
// lab. Throws InputError.
AllocationTrace load_allocations(const std::string& workload, std::uint64_t seed);

}  // namespace signalbox
