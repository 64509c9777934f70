#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// What scripts rely on in a run's JSON (cli.md): paths of keys. `memory`, `ipc` and `syscalls` come with the parts of
// the kernel that they describe.
inline const std::vector<std::string>& promised_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all{"/schema",
                                 "/scenario",
                                 "/policy",
                                 "/options",
                                 "/machine",
                                 "/cpus",
                                 "/seed",
                                 "/trace_hash",
                                 "/end",
                                 "/makespan_ns",
                                 "/throughput_per_s",
                                 "/cpu/user_ns",
                                 "/cpu/kernel_ns",
                                 "/cpu/switch_ns",
                                 "/cpu/idle_ns",
                                 "/cpu/utilisation",
                                 "/switches/process",
                                 "/switches/thread",
                                 "/switches/voluntary",
                                 "/switches/involuntary",
                                 "/switches/by_reason/slice",
                                 "/switches/by_reason/blocked",
                                 "/migrations",
                                 "/fairness_jain",
                                 "/deadline_misses"};
    for (const std::string times : {"turnaround_ns", "waiting_ns", "response_ns", "wakeup_latency_ns"}) {
      for (const std::string part : {"mean", "p50", "p95", "p99", "max"}) all.push_back("/" + times + "/" + part);
    }
    for (const std::string key :
         {"name", "pid", "tid", "arrival_ns", "first_run_ns", "finish_ns", "cpu_ns", "waiting_ns", "blocked_ns",
          "turnaround_ns", "response_ns", "switches", "migrations", "activations"}) {
      all.push_back("/threads/0/" + key);
    }
    return all;
  }();
  return keys;
}

inline void expect_promised_keys(const nlohmann::json& run) {
  for (const std::string& key : promised_keys()) {
    EXPECT_TRUE(run.contains(nlohmann::json::json_pointer(key))) << key;
  }
}

// All numbers are whole, but for shares and rates.
inline void expect_whole_numbers(const nlohmann::json& json, const std::string& path = {}) {
  for (const std::string_view share :
       {"/throughput_per_s", "/cpu/utilisation", "/fairness_jain", "/slowdown", "/fair_share"}) {
    if (path.ends_with(share)) return;
  }
  EXPECT_FALSE(json.is_number_float()) << path << " " << json;
  if (!json.is_structured()) return;
  for (const auto& item : json.items()) expect_whole_numbers(item.value(), path + "/" + item.key());
}

}  // namespace signalbox
