#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace signalbox {

// The resources of getrlimit(2), numbered as Linux does (asm-generic/resource.h).
enum class Resource : std::uint8_t {
  cpu,         // seconds
  file_size,   // bytes
  data,        // bytes
  stack,       // bytes
  core,        // bytes
  resident,    // bytes
  processes,   // threads of the user
  open_files,  // descriptors
  locked,      // bytes
  address_space,
  locks,
  pending_signals,
  message_queues,  // bytes
  nice,            // 20 - the lowest nice value allowed
  realtime_priority,
  realtime_time,  // microseconds
};
inline constexpr std::size_t resource_count = 16;

inline constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

struct ResourceLimit {
  std::uint64_t soft = unlimited;
  std::uint64_t hard = unlimited;

  bool operator==(const ResourceLimit&) const = default;
};

// The limits of one process, inherited by its children. They begin as Linux's do (asm-generic/resource.h), but that
// memory and the number of threads are unlimited.
class ResourceLimits {
 public:
  ResourceLimits() {
    set(Resource::stack, {std::uint64_t{8} * 1024 * 1024, unlimited});
    set(Resource::core, {0, unlimited});
    set(Resource::open_files, {1024, 4096});
    set(Resource::message_queues, {819'200, 819'200});
    set(Resource::nice, {0, 0});
    set(Resource::realtime_priority, {0, 0});
  }

  const ResourceLimit& get(Resource resource) const { return limits_[static_cast<std::size_t>(resource)]; }
  void set(Resource resource, ResourceLimit limit) { limits_[static_cast<std::size_t>(resource)] = limit; }

 private:
  std::array<ResourceLimit, resource_count> limits_{};
};

}  // namespace signalbox
