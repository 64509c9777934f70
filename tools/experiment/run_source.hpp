#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "tools/experiment/experiment.hpp"
#include "tools/experiment/run_result.hpp"

namespace signalbox {

// Where whoever makes runs takes the next one, and hands in what came out: the queue itself, or a line to it.
class RunSource {
 public:
  RunSource() = default;
  virtual ~RunSource() = default;
  RunSource(const RunSource&) = delete;
  RunSource& operator=(const RunSource&) = delete;

  // The number of the next run in its comparison; none: nothing is left to take, or all shall stop.
  virtual std::optional<std::size_t> next() = 0;
  // Hands in the run that next() gave; without a result if it was cut short.
  virtual void finish(std::size_t run, std::optional<RunResult> result) = 0;
  // Asked now and then within a run: whether to go on with it.
  virtual bool goes_on() = 0;
};

// Makes a run; no result if `progress` cut it short. May be called on several host threads at once.
using MakeRun = std::function<std::optional<RunResult>(std::size_t run, const Progress& progress)>;

// Takes runs and makes them until there are no more.
void work(RunSource& source, const MakeRun& make);

}  // namespace signalbox
