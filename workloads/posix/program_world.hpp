#pragma once

#include <functional>
#include <string>
#include <utility>

#include "kernel/task/process.hpp"

namespace signalbox {

// What the programs of a run find around them, beside the kernel: the host's folder with the programs that exec may
// name, and what their standard streams are.
class ProgramWorld {
 public:
  // Of the programs that ship with us: beside the running one, in lib/signalbox/programs.
  static std::string shipped_programs();

  // `open_streams` gives the first process its descriptors 0, 1 and 2; none: they stay.
  explicit ProgramWorld(std::string folder, std::function<void(Process&)> open_streams = {},
                        std::string shipped = shipped_programs())
      : folder_(std::move(folder)), shipped_(std::move(shipped)), open_streams_(std::move(open_streams)) {}

  // The host's file that a path of a program names: the one of that name beside the first program, or one that
  // ships. Empty: there is none.
  std::string find(const std::string& path) const;
  void open_streams(Process& process) const {
    if (open_streams_) open_streams_(process);
  }

 private:
  std::string folder_, shipped_;
  std::function<void(Process&)> open_streams_;
};

}  // namespace signalbox
