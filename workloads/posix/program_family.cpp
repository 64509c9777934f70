#include "workloads/posix/program_family.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/exec/user_mode.hpp"
#include "kernel/mm/space/vma.hpp"
#include "workloads/input_error.hpp"
#include "workloads/posix/host_ranges.hpp"
#include "workloads/posix/program_memory.hpp"

namespace signalbox {
namespace {

std::unique_ptr<HostProgram> load(const std::string& path, const ProgramWorld& world) {
  if (!world.mappings().has_room()) throw std::bad_alloc();
  try {
    return std::make_unique<HostProgram>(path, world.hooks().copies);
  } catch (const std::runtime_error& refused) {
    throw InputError({.file = path}, fmt::format("this host does not load it: {}", refused.what()),
                     "a program of `signalbox cc` on this host");
  }
}

}  // namespace

ProgramFamily::ProgramFamily(const std::string& path, std::shared_ptr<const ProgramWorld> world)
    : path_(path),
      world_(std::move(world)),
      commits_({.mode = OvercommitMode::heuristic, .ram_pages = pages_of(window_bytes)}),
      program_(load(path, *world_)) {
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

ProgramFamily::~ProgramFamily() {
  // The host's loader reads what it unloads.
  const PageRange whole = range_of(program_->whole());
  const PageRange data = range_of(program_->data());
  pages_.protect({whole.begin, data.begin}, AddressWindow::may_read | AddressWindow::may_execute);
  pages_.protect(data, AddressWindow::may_read | AddressWindow::may_write);
}

Result<FamilyPages::File> ProgramFamily::file_of(const MemoryObject& object) {
  auto known = files_.find(&object);
  if (known == files_.end()) {
    try {
      known = files_.emplace(&object, SharedFile{++last_file_, std::make_unique<MemoryFile>(object.bytes())}).first;
    } catch (const std::bad_alloc&) {
      return Errno::enomem;
    }
  }
  return FamilyPages::File{.number = known->second.number, .descriptor = known->second.memory->descriptor()};
}

// A file that took the place of one that is gone may have its number: nobody waits for words of that any more.
std::uint64_t ProgramFamily::number_of(MemoryObject& object) {
  const PageStore* const store = object.store();
  if (store != nullptr && store->kind() == PageStore::Kind::file) {
    std::uint32_t& number = stores_[store];
    if (number == 0) number = ++last_file_;
    return number;
  }
  const Result<FamilyPages::File> file = file_of(object);
  CHECK(file.has_value(), "what is mapped has its file");
  return file->number;
}

void ProgramFamily::drop_files() {
  std::erase_if(files_, [this](const auto& file) {
    return std::ranges::none_of(members, [&](ProgramMemory* member) { return member->maps(*file.first); });
  });
}

}  // namespace signalbox
