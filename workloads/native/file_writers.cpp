#include <array>
#include <string>

#include "kernel/mm/space/mapping_flags.hpp"
#include "workloads/guest.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("workers", 2, 1, 1'000, "processes, each with a file of its own"),
    number_argument("kib", 1024, 4, 16'777'216, "size of each file, in KiB"),
    number_argument("rounds", 2, 1, 1'000'000, "how often each file is written and read"),
    number_argument("mapped", 50, 0, 100,
                    "how many pages of a hundred are written through a mapping, the rest by calls"),
    number_argument("syncs", 1, 0, 1,
                    "1: each round ends with msync and fsync; 0: the kernel writes back when it wants"),
};

// Processes that write files, through mappings and by calls, and read back what they have written: dirty pages, write
// back, and waiting for the disk.
struct FileWriters {
  std::int64_t workers;
  std::uint64_t bytes;
  std::uint64_t rounds;
  std::uint64_t mapped;
  bool syncs;

  int operator()(Guest& guest) const {
    int failed = 0;
    for (std::int64_t number = 0; number < workers; ++number) {
      const std::string name = "writer-" + std::to_string(number);
      const auto program = [*this, name](Guest& child) { return work(child, "/tmp/" + name).value_or(2); };
      if (!guest.fork(name, guest_program(program)).has_value()) failed = 1;
    }
    while (const auto child = guest.wait()) {
      if (child->status != WaitStatus()) failed = 1;
    }
    return failed;
  }

  // 1: a page had not what was written; 0 if all had.
  Result<int> work(Guest& guest, const std::string& path) const {
    const Fd file = TRY(guest.open(path, o_rdwr | o_creat | o_trunc));
    TRY(guest.ftruncate(file, bytes));
    const VirtAddr mapping = TRY(guest.mmap({.bytes = bytes, .flags = map_shared}, file));
    const VirtAddr buffer = TRY(guest.mmap({.bytes = page_bytes}));
    int wrong = 0;
    for (std::uint64_t round = 1; round <= rounds; ++round) {
      TRY(write_all(guest, file, mapping, buffer, round));
      if (syncs) {
        TRY(guest.msync(mapping, bytes, ms_sync));
        TRY(guest.fsync(file));
      }
      wrong |= TRY(check_all(guest, file, mapping, buffer, round));
    }
    TRY(guest.munmap(mapping, bytes));
    TRY(guest.unlink(path));
    TRY(guest.close(file));
    return wrong;
  }

  static std::uint64_t value_of(std::uint64_t page, std::uint64_t round) { return round << 32U | page; }

  Result<int> write_all(Guest& guest, Fd file, VirtAddr mapping, VirtAddr buffer, std::uint64_t round) const {
    std::uint64_t share = 0;  // every hundredth part of it goes through the mapping
    for (std::uint64_t at = 0; at < bytes; at += page_bytes) {
      const std::uint64_t value = value_of(pages_of(at), round);
      share += mapped;
      if (share >= 100) {
        share -= 100;
        guest.store(Uptr<std::uint64_t>(mapping + at), value);
      } else {
        guest.store(Uptr<std::uint64_t>(buffer), value);
        TRY(guest.pwrite(file, buffer, page_bytes, at));
      }
    }
    return 0;
  }

  // By the other way than each was written, as far as pages alternate.
  Result<int> check_all(Guest& guest, Fd file, VirtAddr mapping, VirtAddr buffer, std::uint64_t round) const {
    int wrong = 0;
    for (std::uint64_t at = 0; at < bytes; at += page_bytes) {
      const std::uint64_t value = value_of(pages_of(at), round);
      TRY(guest.pread(file, buffer, page_bytes, at));
      if (guest.load(Uptr<std::uint64_t>(buffer)) != value) wrong = 1;
      if (guest.load(Uptr<std::uint64_t>(mapping + at)) != value) wrong = 1;
    }
    return wrong;
  }
};

}  // namespace

const NativeProgram file_writers_program{
    "file_writers",
    "writes files through mappings and by calls, and reads them back",
    arguments,
    [](const ProgramArguments& given, const Prng&) {
      const auto number = [&](std::string_view name) { return static_cast<std::uint64_t>(given.number(name)); };
      return guest_program(FileWriters{given.number("workers"), number("kib") / 4 * page_bytes, number("rounds"),
                                       number("mapped"), given.number("syncs") != 0});
    },
    [](const ProgramArguments& given) { return static_cast<std::uint64_t>(1 + given.number("workers")); },
    true};

}  // namespace signalbox
