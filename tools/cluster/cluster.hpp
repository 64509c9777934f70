#pragma once

#include <memory>
#include <string>

#include "tools/experiment/crew.hpp"

namespace signalbox {

// The processes that one mpirun started to make a comparison together, on this host and on others. Each reads its input
// itself and makes one run at a time; the leader alone keeps results and prints.
class Cluster : public Crew {
 public:
  // The cluster in which this process was started; null if it was started alone. Throws InputError if this program was
  // built without MPI.
  static std::unique_ptr<Cluster> join();

  virtual bool leads() const = 0;
  // How many of the processes run on this host.
  virtual unsigned processes_here() const = 0;
  // Called by every process before the first run, with what it is about to do, or with what it complains of. All get
  // the same answer: the first complaint, or that a process is about to do something else; empty if all is well.
  virtual std::string agree(const std::string& plan, const std::string& complaint) = 0;
};

}  // namespace signalbox
