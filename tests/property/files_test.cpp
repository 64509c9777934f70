// Random calls on files, mappings of them and forks, under memory pressure and with write-back, beside a model that
// knows bytes only. RapidCheck prints the seed of a failure. That every frame comes back the machine checks itself.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/prng.hpp"
#include "tests/support/file_machine.hpp"

namespace signalbox::files_property_test {

namespace nr = call_number;

constexpr std::uint64_t most_bytes = 100 * page_bytes;
constexpr std::uint64_t hog_pages = 880;  // of 1,024 that the machine has
constexpr std::size_t file_count = 3;

// A file as it should be, how it is open, and its shared mapping.
struct OneFile {
  std::vector<std::uint8_t> bytes = {};
  std::int64_t fd = -1;
  VirtAddr shared = {};
};

// One program on its machine; a step compares what it is told with the model.
class FileProgram {
 public:
  FileProgram(Caller& caller, std::uint64_t seed) : caller_(&caller), random_(seed) {
    buffer_ = map_pages(caller, most_bytes / page_bytes);
    hog_ = map_pages(caller, hog_pages);
    for (std::size_t file = 0; file < file_count; ++file) make(file);
  }

  void step() {
    if (wrong_line != 0) return;
    const std::size_t file = below(file_count);
    const std::array<void (FileProgram::*)(std::size_t), 10> deeds{
        &FileProgram::write,    &FileProgram::write,        &FileProgram::read,     &FileProgram::store,
        &FileProgram::store,    &FileProgram::truncate,     &FileProgram::exchange, &FileProgram::sync,
        &FileProgram::pressure, &FileProgram::let_time_pass};
    (this->*deeds.at(below(deeds.size())))(file);
    ++steps;
  }
  void check_all() {
    for (std::size_t file = 0; file < file_count; ++file) check(file, 0, most_bytes);
  }
  // A child goes on with the same files, then its parent: it has seen what the child wrote.
  void in_child(unsigned count) {
    const std::int64_t child = fork(*caller_, [this, count](Caller& inner) {
      Caller* const parent = std::exchange(caller_, &inner);
      is_child_ = true;
      for (unsigned done = 0; done < count; ++done) step();
      check_all();
      is_child_ = false;
      caller_ = parent;
      return 0;
    });
    expect(child > 0);
    expect(wait_for(*caller_, child) == 0);
    check_all();
  }
  unsigned steps = 0;
  unsigned wrong_line = 0;  // of this file, where something was not as expected first

 private:
  // No exception may leave a thread's stack.
  void expect(bool is_right, std::source_location where = std::source_location::current()) {
    if (!is_right && wrong_line == 0) wrong_line = where.line();
  }
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  static std::string path_of(std::size_t file) { return "/tmp/f" + std::to_string(file); }

  void make(std::size_t file) {
    OneFile& model = files_.at(file);
    model.bytes.clear();
    model.fd = open_path(*caller_, path_of(file).c_str(), o_rdwr | o_creat | o_excl);
    expect(model.fd > 2);
    const std::int64_t at =
        call(*caller_, nr::mmap, VirtAddr(), most_bytes, prot_read | prot_write, map_shared, model.fd, 0);
    expect(at > 0);
    model.shared = VirtAddr(static_cast<std::uint64_t>(at));
  }
  // Some bytes that begin in the file or a little behind it.
  std::pair<std::uint64_t, std::uint64_t> some_range(const OneFile& model) {
    const std::uint64_t begin = below(std::min<std::uint64_t>(model.bytes.size() + 2 * page_bytes, most_bytes));
    const std::uint64_t most = below(4) == 0 ? 30 * page_bytes : 3 * page_bytes;
    const bool is_aligned = below(3) == 0;
    const std::uint64_t at = is_aligned ? begin / page_bytes * page_bytes : begin;
    const std::uint64_t length = is_aligned ? (1 + below(most / page_bytes)) * page_bytes : 1 + below(most);
    return {at, std::min(length, most_bytes - at)};
  }

  void write(std::size_t file) {
    OneFile& model = files_.at(file);
    const auto [at, length] = some_range(model);
    std::vector<std::uint8_t> text(length);
    const std::uint64_t salt = below(251);
    for (std::uint64_t each = 0; each < length; ++each) text[each] = static_cast<std::uint8_t>(each * 7 + salt);
    UserMemory(*caller_).write(buffer_, std::as_bytes(std::span(text)));
    expect(call(*caller_, nr::pwrite64, model.fd, buffer_, length, at) == static_cast<std::int64_t>(length));
    if (model.bytes.size() < at + length) model.bytes.resize(at + length);
    std::ranges::copy(text, model.bytes.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void read(std::size_t file) {
    const auto [at, length] = some_range(files_.at(file));
    check(file, at, length);
  }
  void check(std::size_t file, std::uint64_t at, std::uint64_t length) {
    const OneFile& model = files_.at(file);
    const std::uint64_t size = model.bytes.size();
    const std::uint64_t there = at >= size ? 0 : std::min(length, size - at);
    expect(call(*caller_, nr::pread64, model.fd, buffer_, length, at) == static_cast<std::int64_t>(there));
    std::vector<std::uint8_t> text(there);
    UserMemory(*caller_).read(buffer_, std::as_writable_bytes(std::span(text)));
    const auto from = model.bytes.begin() + static_cast<std::ptrdiff_t>(std::min(at, size));
    expect(std::equal(text.begin(), text.end(), from));
  }
  // Through the mapping: a byte, and what stands beside it.
  void store(std::size_t file) {
    OneFile& model = files_.at(file);
    if (model.bytes.empty()) return;
    UserMemory memory(*caller_);
    for (std::uint64_t count = 1 + below(20); count > 0; --count) {
      const std::uint64_t at = below(model.bytes.size());
      const Uptr<std::uint8_t> there(model.shared + at);
      expect(memory.load(there) == model.bytes[at]);
      model.bytes[at] = static_cast<std::uint8_t>(below(256));
      memory.store(there, model.bytes[at]);
    }
    // What is written behind the end is nobody's.
    const std::uint64_t end = model.bytes.size();
    if (end % page_bytes != 0) memory.store(Uptr<std::uint8_t>(model.shared + end), 0xff);
  }
  void truncate(std::size_t file) {
    OneFile& model = files_.at(file);
    const std::uint64_t bytes = below(3) == 0 ? below(most_bytes / page_bytes) * page_bytes : below(most_bytes);
    expect(call(*caller_, nr::ftruncate, model.fd, bytes) == 0);
    model.bytes.resize(bytes);
  }
  // The file goes, and another one has its name. Not in a child, whose descriptors and mappings are its own.
  void exchange(std::size_t file) {
    if (below(4) != 0 || is_child_) return;
    OneFile& model = files_.at(file);
    expect(call(*caller_, nr::unlink, path_of(file).c_str()) == 0);
    check(file, 0, most_bytes);
    expect(call(*caller_, nr::munmap, model.shared, most_bytes) == 0);
    expect(call(*caller_, nr::close, model.fd) == 0);
    make(file);
  }
  void sync(std::size_t file) {
    const OneFile& model = files_.at(file);
    switch (below(3)) {
      case 0:
        expect(call(*caller_, nr::fsync, model.fd) == 0);
        break;
      case 1:
        expect(call(*caller_, nr::sync) == 0);
        break;
      default:
        expect(call(*caller_, nr::msync, model.shared, most_bytes, ms_sync) == 0);
    }
  }
  // Anonymous pages drive those of files out.
  void pressure(std::size_t) {
    UserMemory memory(*caller_);
    const std::uint64_t first = below(hog_pages);
    for (std::uint64_t page = first; page < std::min(hog_pages, first + 500); ++page)
      memory.store(word_of(hog_, page), page);
  }
  void let_time_pass(std::size_t) { sleep_for(*caller_, below(3) == 0 ? 36_s : 10_ms); }

  Caller* caller_;
  bool is_child_ = false;
  Prng random_;
  VirtAddr buffer_;
  VirtAddr hog_;
  std::array<OneFile, file_count> files_;
};

struct Outcome {
  RunEnd end = RunEnd::deadlock;
  unsigned steps = 0;
  unsigned wrong_line = 0;
};

Outcome outcome_of(std::uint64_t seed) {
  MachineFixture fixture(with_memory(4 * mib, 8 * mib));
  Outcome outcome;
  fixture.spawn([&](Caller& caller) {
    FileProgram program(caller, seed);
    for (unsigned round = 0; round < 3; ++round) {
      for (unsigned step = 0; step < 15; ++step) program.step();
      program.in_child(8);
    }
    outcome.steps = program.steps;
    outcome.wrong_line = program.wrong_line;
  });
  outcome.end = fixture.finish();
  return outcome;  // and every frame, place in swap and promise is back
}

TEST(FilesProperty, NothingIsLostWhateverHappens) {
  EXPECT_TRUE(rc::check("bytes of files", [](std::uint64_t seed) {
    const Outcome outcome = outcome_of(seed);
    RC_ASSERT(outcome.end == RunEnd::finished);
    RC_ASSERT(outcome.wrong_line == 0U);
    RC_ASSERT(outcome.steps == 3U * (15U + 8U));
  }));
}

}  // namespace signalbox::files_property_test
