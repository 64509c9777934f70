#include "tools/experiment/kernel_memory.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "kernel/machine/machine.hpp"

namespace signalbox {
namespace {

std::string row_text(std::string_view name, const alloc::ObjectCounts& counts) {
  return fmt::format("{:<18}{:>9}{:>9}{:>11}{:>13}{:>13}\n", name, counts.live, counts.peak, counts.ever, counts.bytes,
                     counts.peak_bytes);
}

nlohmann::ordered_json counts_json(const alloc::ObjectCounts& counts) {
  return {{"live", counts.live},
          {"peak", counts.peak},
          {"ever", counts.ever},
          {"bytes", counts.bytes},
          {"peak_bytes", counts.peak_bytes}};
}

}  // namespace

KernelMemory kernel_memory(Machine& machine) {
  alloc::KernelHeap& heap = machine.kernel_heap();
  KernelMemory memory{.when = machine.simulation().now(), .rows = {}, .total = heap.total()};
  for (std::size_t i = 0; i < object_class_count; ++i) {
    const auto object_class = static_cast<ObjectClass>(i);
    const alloc::ObjectCounts& counts = heap.of(object_class);
    if (counts.ever > 0) memory.rows.push_back({to_string(object_class), counts});
  }
  return memory;
}

std::string kernel_memory_text(const KernelMemory& memory) {
  std::string text = fmt::format("{:<18}{:>9}{:>9}{:>11}{:>13}{:>13}\n", "class", "objects", "peak", "ever made",
                                 "bytes", "peak bytes");
  for (const KernelMemory::Row& row : memory.rows) text += row_text(row.name, row.counts);
  return text + row_text("all", memory.total);
}

nlohmann::ordered_json to_json(const KernelMemory& memory) {
  nlohmann::ordered_json classes = nlohmann::ordered_json::object();
  for (const KernelMemory::Row& row : memory.rows) classes[std::string(row.name)] = counts_json(row.counts);
  return {{"at_ns", memory.when.since_start().nanoseconds()},
          {"classes", std::move(classes)},
          {"all", counts_json(memory.total)}};
}

}  // namespace signalbox
