#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel/task/caller.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {

// What calls that move bytes between a file and their caller's memory share.
enum class TransferWay : std::uint8_t { read, write };

// Where a call that names a place begins (pread(2)); a call without one goes on where the last ended.
using TransferPlace = std::optional<std::uint64_t>;

// Errno::einval; espipe: the file has no places, which it says before its rights are looked at.
Result<TransferPlace> place_of(Caller& caller, Fd fd, std::int64_t offset);

// Whether a program can have anything there at all (access_ok). Errno::efault.
Result<void> check_range(Caller& caller, VirtAddr at, std::uint64_t bytes);
// Errno::ebadf: it was not opened for it.
Result<void> check_way(const OpenFile& file, TransferWay way);

// Moves what it can of `memory`, of which the caller asked for `bytes`; pays for it, and waits until it is on the disk
// where the file was opened so. Answers how much it was. Errno::einval: places are signed numbers of 64 bits, also
// where the transfer would end (rw_verify_area).
Result<std::uint64_t> move_bytes(Caller& caller, OpenFile& file, TransferWay way, TransferPlace place,
                                 UserBytes& memory, std::uint64_t bytes);

}  // namespace signalbox
