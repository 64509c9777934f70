#pragma once

#include <span>
#include <string>

#include "kernel/mm/proc/mapping_use.hpp"
#include "kernel/mm/space/address_map.hpp"

namespace signalbox {

// What /proc/PID/maps says: a line a VMA, as show_map_vma of Linux 6.1 writes it. Files have device 00:00, as there are
// no devices to number.
std::string maps_text(const AddressMap& map);

// What /proc/PID/smaps says: after each of these lines what its pages take, by the names and in the order and width of
// Linux 6.1 on a kernel without protection keys. `uses` has one for each VMA, in their order.
std::string smaps_text(const AddressMap& map, std::span<const MappingUse> uses);

// What /proc/PID/smaps_rollup says: the sum of all, with Pss by kind.
std::string smaps_rollup_text(const AddressMap& map, std::span<const MappingUse> uses);

}  // namespace signalbox
