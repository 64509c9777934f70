#pragma once

#include <compare>
#include <cstdint>

namespace signalbox {

// A number that names one kind of thing, and cannot be mistaken for a number that names another.
template <class Tag, class Rep>
class Id {
 public:
  using Value = Rep;

  constexpr Id() = default;
  constexpr explicit Id(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }
  constexpr auto operator<=>(const Id&) const = default;

 private:
  Rep value_ = 0;
};

// Processes and threads share one number space, as in Linux: a process's first thread has its pid as tid.
// Zero names nobody: an idle CPU runs thread 0.
using Pid = Id<struct PidTag, std::int32_t>;
using Tid = Id<struct TidTag, std::int32_t>;
using ProcessGroupId = Id<struct ProcessGroupTag, std::int32_t>;
using SessionId = Id<struct SessionTag, std::int32_t>;
using UserId = Id<struct UserTag, std::uint32_t>;
using GroupId = Id<struct GroupTag, std::uint32_t>;
using Fd = Id<struct FdTag, std::int32_t>;  // a descriptor
using AddressSpaceId = Id<struct AddressSpaceTag, std::uint32_t>;

using CpuId = Id<struct CpuTag, std::uint16_t>;              // 0 .. Topology::cpu_count() - 1
using NodeId = Id<struct NodeTag, std::uint16_t>;            // a NUMA node
using AffinityId = Id<struct AffinityTag, std::uint32_t>;    // a CPU mask in the AffinityTable; 0 is "all CPUs"
using TaskGroupId = Id<struct TaskGroupTag, std::uint16_t>;  // a group of TaskGroups; 0 is the root
using NameId = Id<struct NameTag, std::uint32_t>;            // a string in the TraceNames; 0 is the empty name

}  // namespace signalbox
