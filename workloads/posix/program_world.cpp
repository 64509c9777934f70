#include "workloads/posix/program_world.hpp"

#include <filesystem>
#include <system_error>

namespace signalbox {

std::string ProgramWorld::find(const std::string& path) const {
  const std::filesystem::path name = std::filesystem::path(path).filename();
  const std::filesystem::path file = std::filesystem::path(folder_) / name;
  std::error_code error;
  return !name.empty() && std::filesystem::is_regular_file(file, error) ? file.string() : std::string();
}

}  // namespace signalbox
