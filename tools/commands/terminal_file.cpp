#include "tools/commands/terminal_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <span>

#include "kernel/fs/open_flags.hpp"

namespace signalbox {
namespace {

// /dev/console (Documentation/admin-guide/devices.txt: 5, 1).
constexpr std::uint64_t console_number = 0x501;

class TerminalFile final : public File {
 public:
  explicit TerminalFile(std::FILE* out)
      : File(FileKind::character_device, {.permissions = 0620, .device_number = console_number}), out_(out) {}

  Result<std::size_t> read(Current& current, UserBytes& to, const Place&) override {
    std::array<std::byte, 4096> part;
    std::fflush(out_);
    const ssize_t got = ::read(STDIN_FILENO, part.data(), std::min(part.size(), to.size()));
    if (got < 0) return Errno::eio;
    const auto bytes = std::span(part).first(static_cast<std::size_t>(got));
    for (std::size_t done = 0; done < bytes.size();) {
      done += to.fill(done, bytes.subspan(done));
      if (done < bytes.size()) TRY(to.make_present(current, done, UserBytes::Use::fill));
    }
    return bytes.size();
  }

  Result<std::size_t> write(Current& current, UserBytes& from, const Place&) override {
    std::array<std::byte, 4096> part;
    std::size_t done = 0;
    while (done < from.size()) {
      const std::size_t taken = from.take(done, std::span(part).first(std::min(part.size(), from.size() - done)));
      if (taken == 0) {
        if (const auto made = from.make_present(current, done, UserBytes::Use::take); made.has_value()) continue;
        return done > 0 ? Result<std::size_t>(done) : Errno::efault;
      }
      if (std::fwrite(part.data(), 1, taken, out_) != taken) return Errno::eio;
      done += taken;
    }
    return done;
  }

 private:
  std::FILE* out_;
};

}  // namespace

std::function<void(Process&)> terminal_streams(TerminalOutput output) {
  return [output](Process& process) {
    std::FILE* const out = output == TerminalOutput::both ? stdout : stderr;
    const FileRef terminal = new TerminalFile(out);
    const FileRef errors = new TerminalFile(stderr);
    for (const int number : {0, 1, 2}) {
      const OpenFileRef file = new OpenFile(number == 2 ? errors : terminal, o_rdwr, "/dev/tty");
      static_cast<void>(process.descriptors.replace(Fd(number), file, DescriptorTable::OnExec::keep, 3));
    }
  };
}

}  // namespace signalbox
