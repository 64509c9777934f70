#include "workloads/posix/program_begin.hpp"

#include <utility>

#include "kernel/exec/host_bytes.hpp"
#include "kernel/task/caller.hpp"
#include "workloads/posix/argument_block.hpp"
#include "workloads/posix/program_thread.hpp"

namespace signalbox {
namespace {

// Its arguments are on its own stack when this comes back: whoever runs it owns nothing that a fault would lose.
ArgumentBlock install(Caller& caller, LoadedProgram program) {
  program.memory->make_resident();
  const std::uint64_t top = program.memory->map().layout().stack_top.value();
  const ArgumentBlock block = write_arguments(host_bytes(top, 0).data(), program.arguments, program.environment);
  program.memory->map().limits = caller.process().memory_limits();
  caller.process().compiled = std::move(program.memory);
  return block;
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
    ProgramMemory& memory = *program.memory;
    const ArgumentBlock block = install(caller, std::move(program));
    try {
      ProgramThread thread(caller, memory);
      thread.start(block);
    } catch (ProgramReplaced& replaced) {
      program = std::move(replaced.next);
    }
  }
}

}  // namespace signalbox
