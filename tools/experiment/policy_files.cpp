#include "tools/experiment/policy_files.hpp"

#include <utility>

#include "workloads/formats/input_file.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {

std::vector<std::string> policy_files(const PolicyChoice& policy) {
  std::vector<std::string> paths;
  for (const auto& [name, value] : policy.options.all()) {
    const auto* const file = std::get_if<OptionFile>(&value);
    if (file != nullptr && !file->path.empty()) paths.push_back(file->path);
  }
  return paths;
}

void read_policy_files(PolicyChoice& policy) {
  auto values = policy.options.all();
  for (const PolicyOption& option : policy.row->options) {
    auto* const file = std::get_if<OptionFile>(&values.find(option.name)->second);
    if (file == nullptr || file->path.empty()) continue;
    file->text = read_input_file(file->path);
    if (const auto wrong = option.check(file->text)) {
      throw InputError({.file = file->path, .line = wrong->line, .column = wrong->column}, wrong->what,
                       wrong->expected);
    }
  }
  policy.options = OptionValues(std::move(values));
}

}  // namespace signalbox
