#include "tools/debug/debugger_session.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

// The faults that reach the host are those of programs; by SIGILL their handlers come back from them.
constexpr std::string_view gdb_commands = R"(set breakpoint pending on
handle SIGILL nostop noprint pass
handle SIGSEGV SIGBUS SIGFPE stop print pass
)";

}  // namespace

DebuggerSession::DebuggerSession()
    : folder_((std::filesystem::temp_directory_path() / "signalbox-gdb-XXXXXX").string()) {
  if (mkdtemp(folder_.data()) == nullptr)
    throw InputError({.file = folder_}, "it cannot be made", "a folder to write in");
  std::ofstream(commands()) << gdb_commands;
  // Where only children may be traced (ptrace(2), /proc/sys/kernel/yama/ptrace_scope); elsewhere it is refused.
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
}

DebuggerSession::~DebuggerSession() {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
}

std::string DebuggerSession::invitation() const { return fmt::format("gdb -p {} -x {}", getpid(), commands()); }

bool DebuggerSession::is_traced() {
  constexpr std::string_view key = "TracerPid:";
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return std::strtol(line.c_str() + key.size(), nullptr, 10) != 0;
  }
  return false;
}

void DebuggerSession::wait(const std::function<bool()>& is_enough) {
  constexpr int interval_ms = 100;
  const bool has_terminal = isatty(STDIN_FILENO) == 1;
  while (!is_traced() && !is_enough()) {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (poll(&input, has_terminal ? 1 : 0, interval_ms) <= 0 || (input.revents & POLLIN) == 0) continue;
    std::array<char, 256> line;
    static_cast<void>(read(STDIN_FILENO, line.data(), line.size()));
    return;
  }
}

}  // namespace signalbox
