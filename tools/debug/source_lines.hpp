#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "workloads/posix/program_snapshot.hpp"

namespace signalbox {

// A call that has not come back, in the words of its source.
struct SourceCall {
  std::string function;
  std::string file;  // as the compiler was given it; empty: it has no debug information
  unsigned line = 0;
  bool is_library = false;  // of the runtime or of the host's libraries
};

// Unwinds the stacks of compiled programs, and finds lines in the debug information that the programs' files have
// (DWARF, by elfutils' libdw).
class SourceLines {
 public:
  SourceLines();
  ~SourceLines();
  SourceLines(const SourceLines&) = delete;
  SourceLines& operator=(const SourceLines&) = delete;

  // The innermost call first. As far as the information goes: it may be empty.
  std::vector<SourceCall> calls(const ProgramSnapshot& snapshot);

 private:
  class Program;

  std::map<std::pair<std::string, std::uint64_t>, std::unique_ptr<Program>> programs_;  // by file and place
};

// Where the program itself is, and what of the library it is in: "worker.c:12 in take_both, called pthread_mutex_lock;
// from worker.c:30 in worker". Empty if no call of it is known.
std::string describe(const std::vector<SourceCall>& calls);

}  // namespace signalbox
