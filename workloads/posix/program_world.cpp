#include "workloads/posix/program_world.hpp"

#include <filesystem>
#include <system_error>

namespace signalbox {

std::string ProgramWorld::shipped_programs() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return (program.parent_path().parent_path() / "lib" / "signalbox" / "programs").string();
}

std::string ProgramWorld::find(const std::string& path) const {
  const std::filesystem::path name = std::filesystem::path(path).filename();
  if (name.empty()) return {};
  for (const std::filesystem::path folder : {folder_, shipped_}) {
    std::error_code error;
    const std::filesystem::path file = folder / name;
    if (std::filesystem::is_regular_file(file, error)) return file.string();
  }
  return {};
}

}  // namespace signalbox
