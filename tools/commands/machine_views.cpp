#include "tools/commands/machine_views.hpp"

#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "kernel/mm/proc/free_text.hpp"
#include "tools/commands/read_options.hpp"
#include "tools/experiment/ipcs_text.hpp"
#include "tools/experiment/memory_view.hpp"
#include "tools/experiment/proc_files.hpp"
#include "tools/export/output_file.hpp"
#include "tools/metrics/text_cell.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

constexpr std::string_view vmstat_option = "--vmstat";
constexpr std::string_view free_option = "--free";
constexpr std::string_view proc_option = "--proc";
constexpr std::string_view kernel_option = "--kernel-memory";
constexpr std::string_view ipcs_option = "--ipcs";
constexpr std::string_view end_word = "end";
constexpr std::string_view default_files = "maps,smaps,status";

// `WHAT:FILE`; without a file, standard output.
std::pair<std::string, std::string> split_file(const std::string& option, const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return {text, "-"};
  if (colon + 1 == text.size()) {
    throw InputError({.file = option, .line = 1, .column = static_cast<unsigned>(colon + 2)},
                     "'" + text + "' names no file", "a path behind the colon, or no colon");
  }
  return {text.substr(0, colon), text.substr(colon + 1)};
}

std::string proc_file_names() {
  std::string names;
  for (const ProcFile& file : proc_files()) names += fmt::format("{}{}", names.empty() ? "" : ", ", file.name);
  return names;
}

const ProcFile& read_proc_file(std::string_view name, std::size_t offset) {
  if (const ProcFile* file = find_proc_file(name)) return *file;
  throw InputError({.file = std::string(proc_option), .line = 1, .column = static_cast<unsigned>(offset + 1)},
                   fmt::format("there is no '{}' to show", name), "one of " + proc_file_names());
}

std::vector<const ProcFile*> read_proc_files(std::string_view names) {
  std::vector<const ProcFile*> files;
  for (std::size_t from = 0; from <= names.size();) {
    const std::size_t end = std::min(names.find(',', from), names.size());
    files.push_back(&read_proc_file(names.substr(from, end - from), from));
    from = end + 1;
  }
  return files;
}

void write_text(const std::string& path, const std::string& text) {
  OutputFile file(path);
  file.buffer().append(text);
  file.close();
}

}  // namespace

// A text taken at one instant.
class MachineViews::Moment final : public MachineObserver {
 public:
  using Look = std::function<std::string(Machine& machine)>;

  Moment(std::string name, Instant when, std::string file, Look look)
      : name_(std::move(name)), when_(when), file_(std::move(file)), look_(std::move(look)) {}

  Instant next_look() const override { return has_looked_ ? Instant::max() : when_; }
  void look(Machine& machine) override {
    seen_at_ = machine.simulation().now();
    has_looked_ = true;
    text_ = look_(machine);
  }
  void end(Machine& machine) override {
    if (when_ == Instant::max()) return look(machine);
    seen_at_ = has_looked_ ? seen_at_ : machine.simulation().now();
  }

  const std::string& file() const { return file_; }
  const std::string& text() const { return text_; }
  bool was_missed() const { return !has_looked_; }
  std::string heading() const { return fmt::format("{} at {}", name_, duration_cell(seen_at_.since_start())); }
  std::string missed_line() const {
    return fmt::format("nothing to show at {} for --{}: the run ended at {}", duration_cell(when_.since_start()), name_,
                       duration_cell(seen_at_.since_start()));
  }

 private:
  std::string name_;
  Instant when_;  // Instant::max(): at the end
  std::string file_;
  Look look_;
  Instant seen_at_;  // or when the run ended
  bool has_looked_ = false;
  std::string text_;
};

MachineViews::MachineViews(const ViewOptions& options, const MachineConfig& machine) {
  const auto require_memory = [&machine](std::string_view option) {
    if (machine.memory) return;
    throw InputError({.file = std::string(option), .line = 1, .column = 1}, "the machine has no memory",
                     "--memory SIZE, or a machine file with [memory]");
  };
  if (!options.vmstat.empty()) {
    const std::string option(vmstat_option);
    auto [interval, file] = split_file(option, options.vmstat);
    vmstat_ = std::make_unique<VmstatRows>(read_time(option, interval));
    vmstat_file_ = std::move(file);
    require_memory(option);
  }
  for (const std::string& text : options.free) {
    add_moment(std::string(free_option), text);
    require_memory(free_option);
  }
  for (const std::string& text : options.proc) {
    add_moment(std::string(proc_option), text);
    require_memory(proc_option);
  }
  for (const std::string& text : options.kernel_memory) add_moment(std::string(kernel_option), text);
  for (const std::string& text : options.ipcs) add_moment(std::string(ipcs_option), text);
}

MachineViews::~MachineViews() = default;

void MachineViews::add_moment(const std::string& option, const std::string& text) {
  auto [what, file] = split_file(option, text);
  const bool is_proc = option == proc_option;
  const std::size_t at = is_proc ? what.find('@') : std::string::npos;
  const std::size_t time_at = at == std::string::npos ? 0 : at + 1;
  const std::string time = what.substr(time_at);
  const Instant when = time == end_word ? Instant::max() : Instant() + read_time(option, time, time_at + 1);
  Moment::Look look = [](Machine& machine) { return free_text(memory_counts(*machine.memory())); };
  if (is_proc) {
    const auto files = read_proc_files(at == std::string::npos ? default_files : std::string_view(what).substr(0, at));
    look = [files](Machine& machine) { return proc_text(machine, files); };
  }
  if (option == kernel_option) {
    look = [seen = kernel_memory_](Machine& machine) {
      return kernel_memory_text(seen->emplace_back(kernel_memory(machine)));
    };
  }
  if (option == ipcs_option) look = [](Machine& machine) { return ipcs_text(machine); };
  moments_.push_back(std::make_unique<Moment>(option.substr(2), when, std::move(file), std::move(look)));
}

std::vector<std::string> MachineViews::files() const {
  std::vector<std::string> paths;
  if (vmstat_) paths.push_back(vmstat_file_);
  for (const auto& moment : moments_) paths.push_back(moment->file());
  std::erase(paths, "-");
  return paths;
}

std::vector<TraceSink*> MachineViews::sinks() const {
  if (vmstat_) return {vmstat_.get()};
  return {};
}

std::vector<MachineObserver*> MachineViews::observers() const {
  std::vector<MachineObserver*> all;
  if (vmstat_) all.push_back(vmstat_.get());
  for (const auto& moment : moments_) all.push_back(moment.get());
  return all;
}

std::vector<std::string> MachineViews::missed() const {
  std::vector<std::string> lines;
  for (const auto& moment : moments_) {
    if (moment->was_missed()) lines.push_back(moment->missed_line());
  }
  return lines;
}

nlohmann::ordered_json MachineViews::kernel_memory_json() const {
  nlohmann::ordered_json json;
  for (const KernelMemory& memory : *kernel_memory_) json.push_back(to_json(memory));
  return json;
}

void MachineViews::write(const GlobalOptions& global) const {
  const auto show = [&global](const std::string& path, const std::string& heading, const std::string& text) {
    if (path != "-") return write_text(path, text);
    if (global.prints_text()) fmt::print("\n{}{}", heading, text);
  };
  if (vmstat_) show(vmstat_file_, "", vmstat_->text());
  for (const auto& moment : moments_) {
    if (!moment->was_missed()) show(moment->file(), moment->heading() + "\n", moment->text());
  }
}

void add_view_options(CLI::App& command, ViewOptions& options) {
  command.add_option(
      std::string(vmstat_option), options.vmstat,
      "a row of vmstat(8) each INTERVAL of virtual time, after the report or in a file: INTERVAL[:FILE]");
  command
      .add_option(std::string(free_option), options.free,
                  "what free(1) says at a time, or at the end: TIME[:FILE], end[:FILE]")
      ->allow_extra_args(false);  // a scenario may follow
  command
      .add_option(std::string(proc_option), options.proc,
                  fmt::format("what /proc says at a time of the machine and every live process: [NAME,...@]TIME[:FILE] "
                              "or end; names: {} (default: {})",
                              proc_file_names(), default_files))
      ->allow_extra_args(false);
  command
      .add_option(std::string(kernel_option), options.kernel_memory,
                  "the kernel's own objects by class at a time, as slabtop(1) shows Linux's, or at the end; in JSON, "
                  "too: TIME[:FILE], end[:FILE]")
      ->allow_extra_args(false);
  command
      .add_option(std::string(ipcs_option), options.ipcs,
                  "what ipcs(1) says of message queues and semaphore sets at a time, or at the end: TIME[:FILE], "
                  "end[:FILE]")
      ->allow_extra_args(false);
}

}  // namespace signalbox
