#include "kernel/calls/file_stat.hpp"

#include "kernel/calls/cpu_clock.hpp"
#include "kernel/mm/frame.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t disk_number = 0x801;  // 8:1, the first partition of the first disk

TimeSpec time_spec_of(Instant when) { return to_time_spec(when.since_start()); }

}  // namespace

FileStat file_stat_of(const File& file) {
  const FileAttributes& has = file.attributes;
  return {.device = disk_number,
          .inode = has.inode,
          .links = has.links,
          .mode = static_cast<std::uint32_t>(file.kind()) | has.permissions,
          .user = has.user.value(),
          .group = has.group.value(),
          .device_number = has.device_number,
          .bytes = static_cast<std::int64_t>(file.bytes()),
          .block_bytes = page_bytes,
          .blocks = static_cast<std::int64_t>(file.blocks()),
          .accessed = time_spec_of(has.accessed),
          .modified = time_spec_of(has.modified),
          .changed = time_spec_of(has.changed)};
}

}  // namespace signalbox
