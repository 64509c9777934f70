#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/task/program.hpp"
#include "workloads/posix/program_memory.hpp"

namespace signalbox {

// A program that is loaded and has not begun.
struct LoadedProgram {
  std::unique_ptr<ProgramMemory> memory;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
};

// Thrown out of exec(2) to where the thread's program began, which begins the other one.
struct ProgramReplaced {
  LoadedProgram next;
};

// Loads an image. Throws InputError.
LoadedProgram load_program(const std::string& path, std::shared_ptr<const ProgramWorld> world,
                           std::vector<std::string> arguments, std::vector<std::string> environment);

// What a process runs that begins with such a program, its streams opened.
Program begin_program(LoadedProgram program);

// Runs a loaded program in the calling process, and whatever replaces it; comes out by an exception.
[[noreturn]] void run_program(Caller& caller, LoadedProgram program);

}  // namespace signalbox
