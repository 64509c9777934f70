#include "kernel/calls/file_calls.hpp"

#include <algorithm>
#include <array>

#include "kernel/calls/file_in_use.hpp"
#include "kernel/calls/file_stat.hpp"
#include "kernel/calls/transfer.hpp"
#include "kernel/fs/page_cache.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/caller_bytes.hpp"

namespace signalbox {
namespace {

// With one part of the caller's memory.
Result<std::uint64_t> transfer(Caller& caller, Fd fd, VirtAddr at, std::uint64_t bytes, TransferWay way,
                               TransferPlace place = {}) {
  FileInUse in_use(caller);
  OpenFile* const file = TRY(in_use.get(fd));
  TRY(check_way(*file, way));
  TRY(check_range(caller, at, bytes));
  CallerBytes memory(caller, at, std::min(bytes, most_moved));
  return move_bytes(caller, *file, way, place, memory, bytes);
}

// read(2)
Result<std::uint64_t> sys_read(Caller& caller, Fd fd, VirtAddr to, std::uint64_t bytes) {
  return transfer(caller, fd, to, bytes, TransferWay::read);
}

// write(2)
Result<std::uint64_t> sys_write(Caller& caller, Fd fd, VirtAddr from, std::uint64_t bytes) {
  return transfer(caller, fd, from, bytes, TransferWay::write);
}

// pread(2)
Result<std::uint64_t> sys_pread64(Caller& caller, Fd fd, VirtAddr to, std::uint64_t bytes, std::int64_t offset) {
  const TransferPlace place = TRY(place_of(caller, fd, offset));
  return transfer(caller, fd, to, bytes, TransferWay::read, place);
}

// pwrite(2)
Result<std::uint64_t> sys_pwrite64(Caller& caller, Fd fd, VirtAddr from, std::uint64_t bytes, std::int64_t offset) {
  const TransferPlace place = TRY(place_of(caller, fd, offset));
  return transfer(caller, fd, from, bytes, TransferWay::write, place);
}

// lseek(2)
Result<std::uint64_t> sys_lseek(Caller& caller, Fd fd, std::int64_t by, std::int32_t whence) {
  FileInUse in_use(caller);
  OpenFile* const file = TRY(in_use.get(fd));
  return file->seek(by, whence);
}

// ftruncate(2)
Result<int> sys_ftruncate(Caller& caller, Fd fd, std::int64_t bytes) {
  if (bytes < 0) return Errno::einval;
  FileInUse in_use(caller);
  OpenFile* const file = TRY(in_use.get(fd));
  if (file->file().kind() != FileKind::regular || !file->can_write()) return Errno::einval;
  TRY(file->file().truncate(caller, static_cast<std::uint64_t>(bytes)));
  return 0;
}

// fsync(2)
Result<int> sys_fsync(Caller& caller, Fd fd) {
  FileInUse in_use(caller);
  OpenFile* const file = TRY(in_use.get(fd));
  TRY(file->file().sync(caller));
  return 0;
}

// fdatasync(2): attributes have no place on the disk.
Result<int> sys_fdatasync(Caller& caller, Fd fd) { return sys_fsync(caller, fd); }

// sync(2)
Result<int> sys_sync(Caller& caller) {
  if (PageCache* const cache = caller.kernel().page_cache(); cache != nullptr) cache->write_back_all(caller);
  return 0;
}

// fstat(2)
Result<int> sys_fstat(Caller& caller, Fd fd, UserPointer<FileStat> to) {
  const OpenFileRef file = TRY(caller.process().descriptors.get(fd));
  TRY(to.write(file_stat_of(file->file())));
  return 0;
}

}  // namespace

std::span<const SyscallRow> file_calls() {
  constexpr auto no_size_limit = Support::partial("RLIMIT_FSIZE is not heeded");
  static constexpr std::array rows{
      row<sys_read>(call_number::read, "read"),
      row<sys_write>(call_number::write, "write", no_size_limit),
      row<sys_fstat>(call_number::fstat, "fstat"),
      row<sys_lseek>(call_number::lseek, "lseek", Support::partial("holes count as data")),
      row<sys_pread64>(call_number::pread64, "pread64"),
      row<sys_pwrite64>(call_number::pwrite64, "pwrite64", no_size_limit),
      row<sys_fsync>(call_number::fsync, "fsync"),
      row<sys_fdatasync>(call_number::fdatasync, "fdatasync"),
      row<sys_ftruncate>(call_number::ftruncate, "ftruncate", no_size_limit),
      row<sys_sync>(call_number::sync, "sync"),
  };
  return rows;
}

}  // namespace signalbox
