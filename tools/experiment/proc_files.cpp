#include "tools/experiment/proc_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kernel/mm/paging/page_statistics.hpp"
#include "kernel/mm/proc/maps_text.hpp"
#include "kernel/mm/proc/meminfo_text.hpp"
#include "kernel/mm/proc/status_text.hpp"
#include "kernel/mm/proc/zone_text.hpp"
#include "kernel/task/oom_score.hpp"
#include "tools/experiment/memory_view.hpp"
#include "tools/experiment/vmstat_counters.hpp"

namespace signalbox {
namespace {

std::vector<MappingUse> uses_of(Machine& machine, const Process& process) {
  std::vector<MappingUse> uses;
  for (const Vma& vma : process.space->map().vmas().all()) {
    uses.push_back(mapping_use(machine.memory()->main(), *process.space, vma));
  }
  return uses;
}

std::string maps(Machine&, const Process& process) { return maps_text(process.space->map()); }

std::string smaps(Machine& machine, const Process& process) {
  return smaps_text(process.space->map(), uses_of(machine, process));
}

std::string smaps_rollup(Machine& machine, const Process& process) {
  return smaps_rollup_text(process.space->map(), uses_of(machine, process));
}

// As task_state_array of fs/proc/array.c names them; of the first thread.
std::string_view state_of(const Process& process) {
  const Thread& first = process.threads.front();
  switch (first.state) {
    using enum ThreadState;
    case created:
    case ready:
    case running:
      return "R (running)";
    case blocked:
      return first.sleep_label.kind == WaitKind::memory ? "D (disk sleep)" : "S (sleeping)";
    case exited:
      return "Z (zombie)";
  }
  return {};
}

// The lines of fs/proc/array.c that there is something to say in, and those on memory.
std::string status(Machine& machine, const Process& process) {
  const Credentials& who = process.credentials;
  return fmt::format(
             "Name:\t{}\nState:\t{}\nTgid:\t{}\nPid:\t{}\nPPid:\t{}\nUid:\t{}\t{}\t{}\t{}\nGid:\t{}\t{}\t{}\t{}\n",
             machine.trace().name(process.name), state_of(process), process.pid.value(), process.pid.value(),
             process.parent->pid.value(), who.real_user.value(), who.effective_user.value(), who.saved_user.value(),
             who.effective_user.value(), who.real_group.value(), who.effective_group.value(), who.saved_group.value(),
             who.effective_group.value()) +
         status_text(process.space->map(), resident_counts(*process.space)) +
         fmt::format("Threads:\t{}\n", process.live_threads);
}

std::string pagemap(Machine& machine, const Process& process) {
  std::string text;
  for (const Vma& vma : process.space->map().vmas().all()) {
    for (VirtAddr page = vma.range.begin; page < vma.range.end; page += page_bytes) {
      const std::uint64_t entry = pagemap_page(machine.memory()->main(), *process.space, page).bits();
      if (entry != 0) text += fmt::format("{:08x} {:016x}\n", page.value(), entry);
    }
  }
  return text;
}

std::string oom_score_text(Machine& machine, const Process& process) {
  const MainMemory& memory = machine.memory()->main();
  const std::uint64_t total = std::uint64_t{memory.frames().frames()} + memory.swap().slots();
  return fmt::format("{}\n", oom_score(oom_candidate(process), total));
}

std::string oom_score_adj(Machine&, const Process& process) { return fmt::format("{}\n", process.oom_score_adj); }

std::string meminfo(Machine& machine) { return meminfo_text(memory_counts(*machine.memory())); }
std::string vmstat(Machine& machine) { return vmstat_counters_text(*machine.memory()); }
std::string buddyinfo(Machine& machine) { return buddyinfo_text(machine.memory()->main().frames().zones()); }
std::string zoneinfo(Machine& machine) { return zoneinfo_text(machine.memory()->main().frames().zones()); }

constexpr std::array files{
    ProcFile{"maps", maps},
    ProcFile{"smaps", smaps},
    ProcFile{"smaps_rollup", smaps_rollup},
    ProcFile{"status", status},
    ProcFile{"pagemap", pagemap},
    ProcFile{"oom_score", oom_score_text},
    ProcFile{"oom_score_adj", oom_score_adj},
    ProcFile{"meminfo", nullptr, meminfo},
    ProcFile{"vmstat", nullptr, vmstat},
    ProcFile{"buddyinfo", nullptr, buddyinfo},
    ProcFile{"zoneinfo", nullptr, zoneinfo},
};

}  // namespace

std::span<const ProcFile> proc_files() { return files; }

const ProcFile* find_proc_file(std::string_view name) {
  const auto found = std::ranges::find(files, name, &ProcFile::name);
  return found == files.end() ? nullptr : &*found;
}

std::string proc_text(Machine& machine, std::span<const ProcFile* const> wanted) {
  std::string text;
  const auto add = [&text](const std::string& path, const std::string& content) {
    text += fmt::format("{}==> /proc/{} <==\n{}", text.empty() ? "" : "\n", path, content);
  };
  for (const ProcFile* file : wanted) {
    if (file->of_machine != nullptr) add(std::string(file->name), file->of_machine(machine));
  }
  machine.processes().for_each_process([&](const Process& process) {
    if (process.space == nullptr) return;
    for (const ProcFile* file : wanted) {
      if (file->of_process == nullptr) continue;
      add(fmt::format("{}/{}", process.pid.value(), file->name), file->of_process(machine, process));
    }
  });
  return text;
}

}  // namespace signalbox
