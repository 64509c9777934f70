#pragma once

#include <functional>
#include <string>

namespace signalbox {

// `run --gdb`: a folder where debuggers find the copies of programs as they are loaded, and commands for gdb. Both are
// gone when it ends.
class DebuggerSession {
 public:
  // Throws InputError: there is no folder to write in. From now on any process of the user may trace this one.
  DebuggerSession();
  ~DebuggerSession();
  DebuggerSession(const DebuggerSession&) = delete;
  DebuggerSession& operator=(const DebuggerSession&) = delete;

  // For ProgramHooks::copies.
  const std::string& copies() const { return folder_; }
  // What to type in another terminal.
  std::string invitation() const;
  // Whether somebody traces this process already.
  static bool is_traced();
  // Comes back when a debugger is there, a line was typed on the terminal, or `is_enough` says so.
  static void wait(const std::function<bool()>& is_enough);

 private:
  std::string commands() const { return folder_ + "/commands.gdb"; }

  std::string folder_;
};

}  // namespace signalbox
