#include "tools/commands/give_report.hpp"

#include <fmt/format.h>

#include "tools/commands/claimed_outputs.hpp"
#include "tools/commands/json_file.hpp"

namespace signalbox {

int give_report(const GlobalOptions& global, const std::vector<std::string>& inputs, const std::string& text,
                const std::string& json) {
  if (!global.json.empty()) {
    ClaimedOutputs claimed({global.json}, inputs);
    JsonFile file(global.json);
    file.write(json);
    file.close();
    claimed.keep();
  }
  if (global.prints_text()) fmt::print("{}", text);
  return status_done;
}

}  // namespace signalbox
