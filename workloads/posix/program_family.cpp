#include "workloads/posix/program_family.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "kernel/exec/user_mode.hpp"
#include "kernel/mm/space/vma.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

std::unique_ptr<HostProgram> load(const std::string& path) {
  try {
    return std::make_unique<HostProgram>(path);
  } catch (const std::runtime_error& refused) {
    throw InputError({.file = path}, fmt::format("this host does not load it: {}", refused.what()),
                     "a program of `signalbox cc` on this host");
  }
}

}  // namespace

ProgramFamily::ProgramFamily(const std::string& path, std::shared_ptr<const ProgramWorld> world)
    : world_(std::move(world)),
      commits_({.mode = OvercommitMode::heuristic, .ram_pages = pages_of(window_bytes)}),
      program_(load(path)) {
  header_ = static_cast<SignalboxImageHeader*>(program_->symbol(SIGNALBOX_HEADER_SYMBOL));
  if (header_ == nullptr || header_->version != SIGNALBOX_IMAGE_VERSION) {
    throw InputError({.file = path}, "it has no header of a compiled program", "its source compiled by `signalbox cc`");
  }
  const HostProgram::ThreadVariables& variables = program_->thread_variables();
  header_->enter = UserMode::entry_point();
  header_->tls_begin = variables.begin;
  header_->tls_filled = variables.filled;
  header_->tls_bytes = variables.bytes;
  header_->tls_alignment = variables.alignment;
}

ProgramFamily::~ProgramFamily() = default;

}  // namespace signalbox
