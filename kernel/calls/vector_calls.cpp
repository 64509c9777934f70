#include "kernel/calls/vector_calls.hpp"

#include <algorithm>
#include <array>

#include "kernel/calls/file_in_use.hpp"
#include "kernel/calls/transfer.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/caller_bytes.hpp"

namespace signalbox {
namespace {

// The parts that a call moves, kept by the thread until the call ends.
class PartsInUse {
 public:
  explicit PartsInUse(Caller& caller) : caller_(caller) {}
  PartsInUse(const PartsInUse&) = delete;
  PartsInUse& operator=(const PartsInUse&) = delete;
  ~PartsInUse() { caller_.thread().parts_in_use = {}; }

  // import_iovec of lib/iov_iter.c, 6.1. Errno::einval: too many, or too long a one; efault.
  Result<std::span<const IoVec>> take(VirtAddr at, std::uint64_t count) {
    constexpr std::uint64_t most_parts = 1024;  // UIO_MAXIOV
    if (count > most_parts) return Errno::einval;
    IoVecs& parts = caller_.thread().parts_in_use;
    parts.resize(count);
    TRY(copy_from_user(caller_, at, std::as_writable_bytes(std::span(parts))));
    if (std::ranges::any_of(parts, [](const IoVec& part) { return part.bytes > OpenFile::most_offset; }))
      return Errno::einval;
    for (const IoVec& part : parts) TRY(check_range(caller_, part.at, part.bytes));
    return std::span<const IoVec>(parts);
  }

 private:
  Caller& caller_;
};

Result<std::uint64_t> transfer_parts(Caller& caller, Fd fd, VirtAddr at, std::uint64_t count, TransferWay way,
                                     TransferPlace place = {}) {
  FileInUse in_use(caller);
  OpenFile* const file = TRY(in_use.get(fd));
  PartsInUse parts(caller);
  CallerParts memory(caller, TRY(parts.take(at, count)));
  TRY(check_way(*file, way));
  if (memory.size() == 0) return std::uint64_t{0};
  return move_bytes(caller, *file, way, place, memory, memory.size());
}

// readv(2)
Result<std::uint64_t> sys_readv(Caller& caller, Fd fd, VirtAddr parts, std::uint64_t count) {
  return transfer_parts(caller, fd, parts, count, TransferWay::read);
}

// writev(2)
Result<std::uint64_t> sys_writev(Caller& caller, Fd fd, VirtAddr parts, std::uint64_t count) {
  return transfer_parts(caller, fd, parts, count, TransferWay::write);
}

// preadv(2)
Result<std::uint64_t> sys_preadv(Caller& caller, Fd fd, VirtAddr parts, std::uint64_t count, std::int64_t offset) {
  const TransferPlace place = TRY(place_of(caller, fd, offset));
  return transfer_parts(caller, fd, parts, count, TransferWay::read, place);
}

// pwritev(2)
Result<std::uint64_t> sys_pwritev(Caller& caller, Fd fd, VirtAddr parts, std::uint64_t count, std::int64_t offset) {
  const TransferPlace place = TRY(place_of(caller, fd, offset));
  return transfer_parts(caller, fd, parts, count, TransferWay::write, place);
}

}  // namespace

std::span<const SyscallRow> vector_calls() {
  constexpr auto no_size_limit = Support::partial("RLIMIT_FSIZE is not heeded");
  static constexpr std::array rows{
      row<sys_readv>(call_number::readv, "readv"),
      row<sys_writev>(call_number::writev, "writev", no_size_limit),
      row<sys_preadv>(call_number::preadv, "preadv"),
      row<sys_pwritev>(call_number::pwritev, "pwritev", no_size_limit),
  };
  return rows;
}

}  // namespace signalbox
