#include "kernel/calls/transfer.hpp"

#include "kernel/fs/open_flags.hpp"

namespace signalbox {

Result<void> check_range(Caller& caller, VirtAddr at, std::uint64_t bytes) {
  const Process& process = caller.process();
  if (process.space == nullptr && process.compiled == nullptr) return {};
  const AddressMap& map = process.compiled != nullptr ? process.compiled->map() : process.space->map();
  const std::uint64_t end = map.layout().end.value();
  if (at.value() > end || bytes > end - at.value()) return Errno::efault;
  return {};
}

Result<void> check_end(std::uint64_t begin, std::uint64_t bytes) {
  if (begin + bytes > OpenFile::most_offset) return Errno::einval;
  return {};
}

Result<void> check_places(Caller& caller, Fd fd) {
  const OpenFileRef file = TRY(caller.process().descriptors.get(fd));
  if (!file->has_places()) return Errno::espipe;
  return {};
}

Result<void> check_way(const OpenFile& file, TransferWay way) {
  const bool may = way == TransferWay::read ? file.can_read() : file.can_write();
  if (!may) return Errno::ebadf;
  return {};
}

Result<std::uint64_t> end_transfer(Caller& caller, OpenFile& file, TransferWay way, std::size_t moved) {
  const bool is_copied = file.file().kind() != FileKind::character_device || way == TransferWay::read;
  if (is_copied) caller.charge(caller.kernel().costs().copy_per_kib * static_cast<std::int64_t>(moved) / 1024);
  const bool is_of_disk = file.file().kind() == FileKind::regular;
  const bool is_synchronous = way == TransferWay::write && is_of_disk && (file.flags() & o_dsync) != 0;
  if (is_synchronous && moved > 0) TRY(file.file().sync(caller));
  return moved;
}

}  // namespace signalbox
