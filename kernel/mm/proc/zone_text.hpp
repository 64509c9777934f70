#pragma once

#include <span>
#include <string>

#include "kernel/mm/zone.hpp"

namespace signalbox {

// What /proc/buddyinfo says: a line a zone, its free blocks from order 0 up (frag_show_print of mm/vmstat.c,
// Linux 6.1).
std::string buddyinfo_text(std::span<const Zone> zones);

// What /proc/zoneinfo says of each zone by itself: free frames, watermarks, size, and what is kept from requests that
// could go higher (zoneinfo_show_print). Lists of pages are the machine's and not a zone's: they are in /proc/vmstat.
std::string zoneinfo_text(std::span<const Zone> zones);

}  // namespace signalbox
