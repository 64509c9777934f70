#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "ipc/all_calls.hpp"
#include "kernel/exec/fiber_annotations.hpp"
#include "tests/support/machine_fixture.hpp"
#include "tests/support/test_folder.hpp"
#include "tools/compiler/host_command.hpp"
#include "tools/compiler/image_builder.hpp"
#include "workloads/launch.hpp"
#include "workloads/posix/image_scenario.hpp"

namespace signalbox {

// Programs run on stacks that the thread sanitizer has not been told of.
inline constexpr bool can_run_compiled = !has_thread_sanitizer;

class CompiledTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  }
};

// What a program writes, in the order of virtual time.
class OutputFile final : public File {
 public:
  explicit OutputFile(std::string& text) : File(FileKind::character_device, {}), text_(text) {}
  Result<std::size_t> write(Current&, UserBytes& from, const Place&) override {
    std::string part(from.size(), '\0');
    const std::size_t taken = from.take(0, std::as_writable_bytes(std::span(part)));
    if (taken == 0 && from.size() > 0) return Errno::efault;
    text_ += part.substr(0, taken);
    return taken;
  }

 private:
  std::string& text_;
};

struct CompiledOptions {
  std::string policy = "round_robin:quantum=20us";
  unsigned cpus = 1;
  std::vector<std::string> flags = {};
  std::vector<std::string> arguments = {};
  Duration limit = Duration(2'000'000'000);
  ProgramPaging paging = ProgramPaging::files;
  MemoryConfig memory = {};
};

struct CompiledRun {
  std::string output;
  WaitStatus status;
  std::uint64_t hash = 0;
  RunEnd end = RunEnd::finished;
};

// A program's source.
struct SourceFile {
  std::string name;
  std::string path;
};
inline void PrintTo(const SourceFile& source, std::ostream* to) { *to << source.name; }

// Those of C below a folder of the project, by name.
inline std::vector<SourceFile> sources_below(const std::string& folder) {
  std::vector<SourceFile> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SIGNALBOX_SOURCE_DIR "/" + folder)) {
    if (entry.path().extension() == ".c") found.push_back({entry.path().stem(), entry.path()});
  }
  std::ranges::sort(found, {}, &SourceFile::name);
  return found;
}

// A program on the host, in a folder of its own: what it leaves goes with the test's.
inline CommandResult run_native(const TestFolder& folder, std::vector<std::string> words,
                                CommandOutput output = CommandOutput::captured) {
  const std::string own = folder.path("cwd");
  std::filesystem::create_directories(own);
  words.insert(words.begin(), {"env", "-C", own});
  return run_host_command(words, output);
}

// What the host's own program of a source writes; it must end well.
inline std::string host_output(const TestFolder& folder, const std::string& source,
                               std::vector<std::string> compile = {"gcc", "-O1", "-pthread"},
                               const std::vector<std::string>& arguments = {}) {
  std::vector<std::string> words{folder.path("native")};
  compile.insert(compile.end(), {source, "-o", words.front()});
  EXPECT_EQ(run_host_command(compile).status, 0);
  words.insert(words.end(), arguments.begin(), arguments.end());
  const CommandResult result = run_native(folder, words);
  EXPECT_EQ(result.status, 0);
  return result.output;
}

// A source of C as a program beside others.
inline std::string compile_c(const TestFolder& folder, const std::string& name, std::string_view source,
                             const std::vector<std::string>& flags = {}) {
  std::vector<std::string> words = flags;
  words.insert(words.end(), {folder.write(name + ".c", source), "-o", folder.path(name)});
  EXPECT_EQ(build_image(read_compiler_words(words)), 0);
  return folder.path(name);
}

inline CompiledRun run_image(const std::string& path, const CompiledOptions& options = {}) {
  CompiledRun result;
  const auto open_streams = [&](Process& process) {
    for (const int number : {1, 2}) {
      const OpenFileRef file = new OpenFile(new OutputFile(result.output), o_wronly, "output");
      static_cast<void>(process.descriptors.replace(Fd(number), file, DescriptorTable::OnExec::keep, 3));
    }
  };
  MachineConfig config;
  config.topology = Topology::uniform(options.cpus);
  config.memory.emplace().main = options.memory;
  RecordedTrace trace;
  TraceHash hash;
  Simulation simulation(1);
  simulation.trace().add_sink(trace);
  simulation.trace().add_sink(hash);
  const SyscallTable calls = all_calls();
  Machine machine(simulation, config, policy_of(options.policy), calls);
  const Scenario scenario = image_scenario(read_image_file(path), options.arguments,
                                           {.open_streams = open_streams, .paging = options.paging});
  const Launched launched = launch(scenario, machine, {});
  result.end = machine.run(Instant() + options.limit);
  machine.finish(result.end);
  const Tid first = trace.of(TraceKind::process_created).front().thread;
  for (const TraceEvent& event : trace.of(TraceKind::process_exited, first)) {
    result.status = WaitStatus::from_raw(static_cast<std::int32_t>(event.a));
  }
  result.hash = hash.value();
  return result;
}

inline CompiledRun run_c(std::string_view source, const CompiledOptions& options = {}) {
  const TestFolder folder;
  return run_image(compile_c(folder, "program", source, options.flags), options);
}

}  // namespace signalbox
