#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/time.hpp"
#include "tools/memory/tlb_run.hpp"

namespace signalbox {

// What an access costs, as textbooks reckon.
struct AccessPrices {
  Duration tlb = 5_ns;       // epsilon: to look into the TLB
  Duration memory = 100_ns;  // m: one access to memory
  Duration fault = 8_ms;     // F: a page fault that waits for the disk
};

// The mean time of an access in nanoseconds when a share `hits` of them finds its page in the TLB, and a walk is
// `walk_accesses` to memory: alpha (eps + m) + (1 - alpha) (eps + (k + 1) m) (JHU CS418 slides).
double effective_ns(const AccessPrices& prices, double hits, double walk_accesses);
// The same from counts: eps + m + m times accesses to tables for each access.
double measured_ns(const AccessPrices& prices, const TlbCounts& counts);
// (1 - p) m + p F, without a TLB.
double with_faults_ns(const AccessPrices& prices, double fault_rate);
// The rate of faults at which that is 10 % more than m.
double ten_percent_rate(const AccessPrices& prices);

struct TlbReport {
  TlbRequest request;
  AccessPrices prices;
  std::vector<double> hit_ratios;
  std::vector<double> fault_rates;
  std::string pattern_name;
  TlbCounts alone;                      // the first process
  TlbCounts apart;                      // all, each by itself
  std::array<TlbCounts, 3> turns = {};  // threads, tagged, untagged
};

// Makes all runs.
TlbReport examine_tlb(const TlbRequest& request, const AccessPrices& prices);

// Reach, effective access time by formula and by simulation, and what a switch loses; lines of at most 100 columns.
std::string tlb_text(const TlbReport& report);
// As JSON: what `memory tlb --json` writes.
std::string tlb_json(const TlbReport& report);

}  // namespace signalbox
