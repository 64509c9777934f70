#include "kernel/calls/transfer.hpp"

#include "kernel/fs/open_flags.hpp"

namespace signalbox {
namespace {

Result<std::size_t> move(Caller& caller, OpenFile& file, TransferWay way, TransferPlace place, UserBytes& memory) {
  if (way == TransferWay::read) return place ? file.read_at(caller, memory, *place) : file.read(caller, memory);
  return place ? file.write_at(caller, memory, *place) : file.write(caller, memory);
}

}  // namespace

Result<TransferPlace> place_of(Caller& caller, Fd fd, std::int64_t offset) {
  if (offset < 0) return Errno::einval;
  const OpenFileRef file = TRY(caller.process().descriptors.get(fd));
  if (!file->has_places()) return Errno::espipe;
  return static_cast<std::uint64_t>(offset);
}

Result<void> check_range(Caller& caller, VirtAddr at, std::uint64_t bytes) {
  const Process& process = caller.process();
  if (process.space == nullptr && process.compiled == nullptr) return {};
  const AddressMap& map = process.compiled != nullptr ? process.compiled->map() : process.space->map();
  const std::uint64_t end = map.layout().end.value();
  if (at.value() > end || bytes > end - at.value()) return Errno::efault;
  return {};
}

Result<void> check_way(const OpenFile& file, TransferWay way) {
  const bool may = way == TransferWay::read ? file.can_read() : file.can_write();
  if (!may) return Errno::ebadf;
  return {};
}

Result<std::uint64_t> move_bytes(Caller& caller, OpenFile& file, TransferWay way, TransferPlace place,
                                 UserBytes& memory, std::uint64_t bytes) {
  if (place.value_or(file.offset()) + bytes > OpenFile::most_offset) return Errno::einval;
  const std::size_t moved = TRY(move(caller, file, way, place, memory));
  const bool is_copied = file.file().kind() != FileKind::character_device || way == TransferWay::read;
  if (is_copied) caller.charge(caller.kernel().costs().copy_per_kib * static_cast<std::int64_t>(moved) / 1024);
  const bool is_of_disk = file.file().kind() == FileKind::regular;
  const bool is_synchronous = way == TransferWay::write && is_of_disk && (file.flags() & o_dsync) != 0;
  if (is_synchronous && moved > 0) TRY(file.file().sync(caller));
  return moved;
}

}  // namespace signalbox
