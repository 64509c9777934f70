#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "kernel/calls/user_types.hpp"
#include "tests/support/file_machine.hpp"

// Calls on files as a table of cases, made by an emulated process and, in a child process, by the host's own kernel:
// in an empty directory, by a user without rights.
namespace signalbox::file_steps {

// An argument: a number, a path, a place in a buffer of 64 KiB, or where stat(2) writes to.
struct Argument {
  enum class Kind : std::uint8_t { number, path, buffer, stat };

  Argument() = default;
  template <class T>
    requires std::is_integral_v<T>
  // NOLINTNEXTLINE(google-explicit-constructor): so that a case reads like a call
  Argument(T number) : value(static_cast<std::int64_t>(number)) {}
  Argument(const char* text) : kind(Kind::path), path(text) {}  // NOLINT(google-explicit-constructor)
  Argument(Kind of, std::int64_t place) : kind(of), value(place) {}

  Kind kind = Kind::number;
  std::int64_t value = 0;
  const char* path = nullptr;
};
inline Argument buffer(std::int64_t place = 0) { return {Argument::Kind::buffer, place}; }
inline const Argument to_stat(Argument::Kind::stat, 0);

struct Step {
  std::uint32_t number = 0;  // the same on both sides
  std::array<Argument, 6> arguments{};
};
struct Case {
  const char* name;
  std::vector<Step> steps;
};

// A child reads the byte at this address, or writes 'w' to it, and exits with what it found: its status.
inline constexpr std::uint32_t read_byte = 5000;
inline constexpr std::uint32_t write_byte = 5001;

inline constexpr std::size_t buffer_bytes = 65'536;
inline constexpr std::uint64_t mapping = std::uint64_t{1} << 45U;  // nothing is there
inline constexpr std::uint64_t most_descriptors = 16;
inline constexpr std::uint32_t nobody = 65'534;
inline char letter_at(std::size_t place) { return static_cast<char>('a' + place % 23); }

// What a step answered: the result, what it read, and what stat(2) said that every file system says alike.
struct Answer {
  std::int64_t result = 0;
  std::uint64_t bytes_read = 0;  // a checksum
  std::array<std::uint64_t, 3> told{};

  bool operator==(const Answer&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Answer& answer) {
    return out << answer.result << "/" << answer.bytes_read << "/" << std::oct << answer.told[0] << std::dec;
  }
};
inline std::uint64_t sum_of(std::span<const std::byte> bytes) {
  std::uint64_t sum = 0;
  for (const std::byte each : bytes) sum = sum * 131 + static_cast<std::uint64_t>(each);
  return sum;
}
inline bool reads(const Step& step) {
  return step.number == call_number::read || step.number == call_number::pread64 ||
         step.number == call_number::readlink;
}

class EmulatedFiles {
 public:
  static std::vector<Answer> make(const std::vector<Step>& steps) {
    std::vector<Answer> answers;
    in_memory([&](Caller& caller) {
      EXPECT_EQ(call(caller, call_number::mkdir, "/tmp/empty", 0777), 0);
      EXPECT_EQ(call(caller, call_number::chdir, "/tmp/empty"), 0);
      const std::uint64_t limit[2] = {most_descriptors, most_descriptors};
      EXPECT_EQ(call(caller, call_number::prlimit64, 0, 7, &limit[0], nullptr), 0);
      caller.process().folder->attributes.permissions = 0777;
      EXPECT_EQ(call(caller, call_number::setuid, nobody), 0);
      EmulatedFiles side(caller);
      for (const Step& step : steps) answers.push_back(side.make(step));
    });
    return answers;
  }

 private:
  explicit EmulatedFiles(Caller& caller) : caller_(caller), buffer_(map_pages(caller, buffer_bytes / page_bytes)) {
    std::vector<std::byte> text(buffer_bytes);
    for (std::size_t at = 0; at < text.size(); ++at) text[at] = static_cast<std::byte>(letter_at(at));
    UserMemory(caller).write(buffer_, text);
  }

  Answer make(const Step& step) {
    if (step.number >= read_byte) return {.result = touch(step)};
    RawCall raw{step.number, {}};
    FileStat told;
    for (std::size_t each = 0; each < step.arguments.size(); ++each)
      raw.arguments[each] = to_register(step.arguments[each], told);
    Answer answer{.result = caller_.syscall(raw), .told = {told.mode, static_cast<std::uint64_t>(told.links), 0}};
    if ((told.mode & 0170000) == 0100000) answer.told[2] = static_cast<std::uint64_t>(told.bytes);
    if ((told.mode & 0170000) == 0040000) answer.told[1] = 0;
    if (reads(step) && answer.result > 0) {
      std::vector<std::byte> bytes(static_cast<std::size_t>(answer.result));
      UserMemory(caller_).read(VirtAddr(raw.arguments[1]), bytes);
      answer.bytes_read = sum_of(bytes);
    }
    return answer;
  }
  std::uint64_t to_register(const Argument& argument, FileStat& told) const {
    switch (argument.kind) {
      case Argument::Kind::number:
        return static_cast<std::uint64_t>(argument.value);
      case Argument::Kind::path:
        return reinterpret_cast<std::uint64_t>(argument.path);
      case Argument::Kind::buffer:
        return (buffer_ + static_cast<std::uint64_t>(argument.value)).value();
      case Argument::Kind::stat:
        return reinterpret_cast<std::uint64_t>(&told);
    }
    return 0;
  }
  std::int64_t touch(const Step& step) {
    const Uptr<std::uint8_t> at(static_cast<std::uint64_t>(step.arguments[0].value));
    const bool writes = step.number == write_byte;
    return wait_for(caller_, fork(caller_, [=](Caller& inner) {
                      UserMemory memory(inner);
                      if (writes) memory.store(at, 'w');
                      return int{memory.load(at)};
                    }));
  }

  Caller& caller_;
  VirtAddr buffer_;
};

class NativeFiles {
 public:
  static std::vector<Answer> make(const std::vector<Step>& steps) {
    std::array<int, 2> ends{};
    std::string folder = "/tmp/signalbox-files-XXXXXX";
    if (mkdtemp(folder.data()) == nullptr || pipe(ends.data()) != 0) return {};
    const pid_t child = ::fork();
    if (child == 0) make_in_child(folder, steps, ends[1]);
    close(ends[1]);
    std::vector<Answer> answers;
    for (Answer answer; read(ends[0], &answer, sizeof(answer)) == sizeof(answer);) answers.push_back(answer);
    close(ends[0]);
    waitpid(child, nullptr, 0);
    std::filesystem::remove_all(folder);
    return answers;
  }

 private:
  static void make_in_child(const std::string& folder, const std::vector<Step>& steps, int report) {
    constexpr int far_away = 500;
    const rlimit limit{most_descriptors, most_descriptors};
    if (chmod(folder.c_str(), 0777) != 0 || chdir(folder.c_str()) != 0 || dup2(report, far_away) != far_away) _exit(1);
    umask(022);
    close_range(3, far_away - 1, 0);
    for (const int standard : {0, 1, 2}) {
      close(standard);
      if (open("/dev/null", O_RDWR) != standard) _exit(1);
    }
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || (getuid() == 0 && setuid(nobody) != 0)) _exit(1);
    static std::array<char, buffer_bytes> text;
    for (std::size_t at = 0; at < text.size(); ++at) text[at] = letter_at(at);
    for (const Step& step : steps) {
      const Answer answer = make(step, text.data());
      if (write(far_away, &answer, sizeof(answer)) != sizeof(answer)) _exit(1);
    }
    _exit(0);
  }
  static Answer make(const Step& step, char* text) {
    if (step.number >= read_byte) return {.result = touch(step)};
    struct stat told{};
    std::array<long, 6> raw{};
    for (std::size_t each = 0; each < raw.size(); ++each) {
      const Argument& argument = step.arguments[each];
      raw[each] = argument.kind == Argument::Kind::path     ? reinterpret_cast<long>(argument.path)
                  : argument.kind == Argument::Kind::buffer ? reinterpret_cast<long>(text + argument.value)
                  : argument.kind == Argument::Kind::stat   ? reinterpret_cast<long>(&told)
                                                            : argument.value;
    }
    Answer answer;
    answer.result = syscall(step.number, raw[0], raw[1], raw[2], raw[3], raw[4], raw[5]);
    if (answer.result == -1) answer.result = -errno;
    const bool is_directory = S_ISDIR(told.st_mode);
    answer.told = {told.st_mode, is_directory ? 0 : told.st_nlink,
                   S_ISREG(told.st_mode) ? static_cast<std::uint64_t>(told.st_size) : 0};
    if (reads(step) && answer.result > 0) {
      const auto* const begin = reinterpret_cast<const std::byte*>(raw[1]);
      answer.bytes_read = sum_of({begin, static_cast<std::size_t>(answer.result)});
    }
    return answer;
  }
  static std::int64_t touch(const Step& step) {
    const pid_t child = ::fork();
    if (child == 0) {
      const rlimit no_dump{0, 0};
      setrlimit(RLIMIT_CORE, &no_dump);
      for (const int signal : {SIGBUS, SIGSEGV}) ::signal(signal, SIG_DFL);
      auto* const at = reinterpret_cast<volatile unsigned char*>(step.arguments[0].value);
      if (step.number == write_byte) *at = 'w';
      _exit(*at);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return status;
  }
};

inline void expect_same(const std::vector<Case>& cases) {
  for (const Case& each : cases) EXPECT_EQ(EmulatedFiles::make(each.steps), NativeFiles::make(each.steps)) << each.name;
}

// Calls of several tables: apart, for they have the names of the host's own.
namespace steps {

inline constexpr std::uint32_t rw_new = o_rdwr | o_creat;
inline Step open(const char* path, std::uint32_t flags = rw_new, std::uint32_t mode = 0644) {
  return {call_number::open, {path, flags, mode}};
}
inline Step write(int fd, std::int64_t bytes, std::int64_t place = 0) {
  return {call_number::write, {fd, buffer(place), bytes}};
}
inline Step stat(const char* path) { return {call_number::stat, {path, to_stat}}; }
inline Step fstat(int fd) { return {call_number::fstat, {fd, to_stat}}; }
inline Step unlink(const char* path) { return {call_number::unlink, {path}}; }
inline Step mkdir(const char* path, std::uint32_t mode = 0755) { return {call_number::mkdir, {path, mode}}; }
inline Step rmdir(const char* path) { return {call_number::rmdir, {path}}; }
inline Step rename(const char* from, const char* to) { return {call_number::rename, {from, to}}; }

}  // namespace steps

}  // namespace signalbox::file_steps
