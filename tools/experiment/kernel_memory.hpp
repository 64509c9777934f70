#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/alloc/objects/kernel_heap.hpp"
#include "kernel/base/time.hpp"

namespace signalbox {

class Machine;

// What a machine's kernel has made for itself until an instant, as slabtop(1) shows it of Linux. Pages and metadata are
// not in it: how many the heap has of them follows from where the host maps them.
struct KernelMemory {
  struct Row {
    std::string_view name;
    alloc::ObjectCounts counts;
  };
  Instant when;
  std::vector<Row> rows;  // of classes that ever had an object, in their order
  alloc::ObjectCounts total;
};

KernelMemory kernel_memory(Machine& machine);

// A table.
std::string kernel_memory_text(const KernelMemory& memory);
nlohmann::ordered_json to_json(const KernelMemory& memory);

}  // namespace signalbox
