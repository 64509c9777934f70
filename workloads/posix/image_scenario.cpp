#include "workloads/posix/image_scenario.hpp"

#include <filesystem>
#include <memory>
#include <utility>

#include "workloads/posix/program_begin.hpp"

namespace signalbox {
namespace {

class ImageSource final : public ProgramSource {
 public:
  ImageSource(std::string path, std::shared_ptr<const ProgramWorld> world, std::vector<std::string> arguments)
      : path_(std::move(path)), world_(std::move(world)), arguments_(std::move(arguments)) {}

  Program make() const override { return begin_program(load_program(path_, world_, arguments_, environment())); }

 private:
  // Nothing of the host's: the same everywhere.
  static std::vector<std::string> environment() { return {"PATH=/bin", "HOME=/", "USER=root", "LANG=C"}; }

  std::string path_;
  std::shared_ptr<const ProgramWorld> world_;
  std::vector<std::string> arguments_;
};

}  // namespace

Scenario image_scenario(const ImageFile& image, const std::vector<std::string>& arguments, const ProgramHooks& hooks) {
  const std::filesystem::path file(image.path);
  const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
  std::vector<std::string> all{"./" + file.filename().string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  Scenario scenario;
  scenario.name = file.filename().string();
  scenario.format = "compiled";
  Task& task = scenario.tasks.emplace_back();
  task.name = scenario.name;
  task.loop = 1;
  task.place = {.file = image.path, .line = 0, .column = 0};
  task.source = std::make_shared<ImageSource>(image.path, std::make_shared<ProgramWorld>(folder, hooks), all);
  return scenario;
}

}  // namespace signalbox
