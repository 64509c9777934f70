#include "workloads/posix/program_begin.hpp"

#include <utility>

#include "kernel/exec/host_bytes.hpp"
#include "kernel/task/caller.hpp"
#include "kernel/task/kernel.hpp"
#include "kernel/task/user_memory.hpp"
#include "workloads/posix/argument_block.hpp"
#include "workloads/posix/program_thread.hpp"

namespace signalbox {
namespace {

// Its arguments are on its own stack when this comes back: whoever runs it owns nothing that a fault would lose.
ArgumentBlock install(Caller& caller, LoadedProgram program) {
  ProgramMemory& memory = *program.memory;
  memory.make_resident();
  caller.process().compiled = std::move(program.memory);
  memory.begin_in(caller.thread(), caller.kernel().pager());
  const std::uint64_t top = memory.map().layout().stack_top.value();
  // Twice the strings is more than they take with their vectors, and the kernel writes to all of it.
  std::uint64_t bytes = page_bytes;
  for (const std::string& each : program.arguments) bytes += 2 * (each.size() + sizeof(std::uint64_t));
  for (const std::string& each : program.environment) bytes += 2 * (each.size() + sizeof(std::uint64_t));
  if (!bring_in_all(caller, memory, top - bytes, bytes, Access::write)) {
    caller.kernel().end_process(caller.process(), WaitStatus::killed_by(static_cast<int>(Signal::sigkill)));
    caller.exit_thread(0);
  }
  return write_arguments(host_bytes(top, 0).data(), program.arguments, program.environment);
}

}  // namespace

LoadedProgram load_program(const std::string& path, std::shared_ptr<const ProgramWorld> world,
                           std::vector<std::string> arguments, std::vector<std::string> environment) {
  return {.memory = ProgramMemory::begin(std::make_shared<ProgramFamily>(path, std::move(world))),
          .arguments = std::move(arguments),
          .environment = std::move(environment)};
}

Program begin_program(LoadedProgram program) {
  return Program([program = std::move(program)](Caller& caller) mutable -> int {
    const ProgramHooks& hooks = program.memory->family().world().hooks();
    if (hooks.open_streams) hooks.open_streams(caller.process());
    run_program(caller, std::move(program));
  });
}

void run_program(Caller& caller, LoadedProgram program) {
  while (true) {
    const ArgumentBlock block = install(caller, std::move(program));
    try {
      ProgramThread thread(caller);
      thread.start(block);
    } catch (ProgramReplaced& replaced) {
      program = std::move(replaced.next);
    }
  }
}

}  // namespace signalbox
