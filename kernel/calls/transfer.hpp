#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/task/caller.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {

// What calls that move bytes between a file and their caller's memory share.
enum class TransferWay : std::uint8_t { read, write };

// Whether a program can have anything there at all (access_ok). Errno::efault.
Result<void> check_range(Caller& caller, VirtAddr at, std::uint64_t bytes);
// Places are signed numbers of 64 bits, also where the transfer would end (rw_verify_area). Errno::einval.
Result<void> check_end(std::uint64_t begin, std::uint64_t bytes);
// Errno::espipe: the file has no places. It says so before its rights are looked at.
Result<void> check_places(Caller& caller, Fd fd);
// Errno::ebadf: it was not opened for it.
Result<void> check_way(const OpenFile& file, TransferWay way);

// Pays for what was moved, and waits until it is on the disk where the file was opened so; answers how much it was.
Result<std::uint64_t> end_transfer(Caller& caller, OpenFile& file, TransferWay way, std::size_t moved);

}  // namespace signalbox
