#include "kernel/calls/directory_calls.hpp"

#include <array>
#include <cstring>

#include "kernel/calls/file_in_use.hpp"
#include "kernel/fs/directory.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/user_memory.hpp"

namespace signalbox {
namespace {

// struct linux_dirent64 (getdents64(2)): what stands before the name, and a name with its zero.
struct DirectoryRecord {
  std::uint64_t inode = 0;
  std::int64_t next = 0;  // the place behind it, for lseek(2)
  std::uint16_t bytes = 0;
  std::uint8_t kind = 0;  // DT_REG and so on: the type's bits of st_mode
  std::array<char, Directory::longest_name + 1> name{};
};
constexpr std::size_t before_name = offsetof(DirectoryRecord, name);
static_assert(before_name == 19);

DirectoryRecord record_of(const Directory::Listed& listed) {
  constexpr unsigned kind_shift = 12;
  constexpr std::size_t alignment = 8;
  DirectoryRecord record{
      .inode = listed.file.attributes.inode,
      .next = static_cast<std::int64_t>(listed.next),
      .kind = static_cast<std::uint8_t>(static_cast<std::uint32_t>(listed.file.kind()) >> kind_shift)};
  const std::size_t bytes = before_name + listed.name.size() + 1;
  record.bytes = static_cast<std::uint16_t>((bytes + alignment - 1) / alignment * alignment);
  std::memcpy(record.name.data(), listed.name.data(), listed.name.size());
  return record;
}

// getdents64(2). While a record is written the thread may sleep, and names come and go; the next is looked for then.
// The place is taken before, so that no other thread gets the same record.
Result<std::uint64_t> sys_getdents64(Caller& caller, Fd fd, VirtAddr to, std::uint32_t room) {
  FileInUse in_use(caller);
  OpenFile* const open = TRY(in_use.get(fd));
  if (!open->file().is_directory()) return Errno::enotdir;
  auto& folder = static_cast<Directory&>(open->file());
  if (folder.is_removed()) return Errno::enoent;
  folder.attributes.accessed = caller.now();
  std::uint64_t written = 0;
  while (const auto listed = folder.listed_from(open->offset())) {
    const DirectoryRecord record = record_of(*listed);
    if (record.bytes > room - written) return written > 0 ? written : Result<std::uint64_t>(Errno::einval);
    const auto place = static_cast<std::int64_t>(open->offset());
    TRY(open->seek(record.next, seek_set));
    const auto bytes = std::as_bytes(std::span(&record, 1)).first(record.bytes);
    if (const auto copied = copy_to_user(caller, to + written, bytes); !copied.has_value()) {
      TRY(open->seek(place, seek_set));
      return written > 0 ? written : Result<std::uint64_t>(copied.error());
    }
    written += record.bytes;
  }
  return written;
}

}  // namespace

std::span<const SyscallRow> directory_calls() {
  static constexpr std::array rows{row<sys_getdents64>(call_number::getdents64, "getdents64")};
  return rows;
}

}  // namespace signalbox
