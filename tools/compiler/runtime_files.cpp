#include "tools/compiler/runtime_files.hpp"

#include <filesystem>

#include "workloads/input_error.hpp"

namespace signalbox {

RuntimeFiles find_runtime_files() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path folder = program.parent_path().parent_path() / "lib" / "signalbox";
  const auto file = [&](const char* name) { return (folder / name).string(); };
  RuntimeFiles files{.archive = file("libruntime.a"),
                     .rename_map = file("rename.map"),
                     .linker_script = file("image.ld"),
                     .exports = file("exports.map"),
                     .pure_functions = file("pure_functions.txt"),
                     .edges_header = file("edges.h")};
  if (!std::filesystem::exists(files.archive, error)) {
    throw InputError({.file = files.archive}, "the user runtime is not there",
                     "a whole build (target program_runtime)");
  }
  return files;
}

}  // namespace signalbox
