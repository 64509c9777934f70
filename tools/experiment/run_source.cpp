#include "tools/experiment/run_source.hpp"

namespace signalbox {

void work(RunSource& source, const MakeRun& make) {
  while (const std::optional<std::size_t> run = source.next()) {
    source.finish(*run, make(*run, [&](Instant) { return source.goes_on(); }));
  }
}

}  // namespace signalbox
