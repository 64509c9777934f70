#include "tools/debug/source_lines.hpp"

#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <fmt/format.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace signalbox {
namespace {

constexpr std::size_t most_calls = 256;

// No other files are looked for: what has no debug information itself has none.
int find_nothing(Dwfl_Module*, void**, const char*, Dwarf_Addr, char**, Elf**) { return -1; }
int find_no_information(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*, GElf_Word, char**) {
  return -1;
}
const Dwfl_Callbacks callbacks{.find_elf = find_nothing,
                               .find_debuginfo = find_no_information,
                               .section_address = dwfl_offline_section_address,
                               .debuginfo_path = nullptr};

// The host's libraries, as this process has them: programs call their pure functions.
int report_library(dl_phdr_info* object, std::size_t, void* to) {
  const std::string_view name = object->dlpi_name;
  if (name.starts_with('/') && !name.starts_with("/proc/") && name.find(".so") != std::string_view::npos) {
    dwfl_report_elf(static_cast<Dwfl*>(to), object->dlpi_name, object->dlpi_name, -1, object->dlpi_addr, false);
  }
  return 0;
}

// Without what `signalbox cc` adds to names of the C library and compilers to those of their copies (f.constprop.0);
// readable, of C++.
std::string function_name(const char* symbol) {
  constexpr std::string_view renamed = "sbx_";
  std::string_view name = symbol == nullptr ? "??" : symbol;
  if (name.starts_with(renamed)) name.remove_prefix(renamed.size());
  name = name.substr(0, name.find('.'));
  int status = -1;
  char* const readable = abi::__cxa_demangle(std::string(name).c_str(), nullptr, nullptr, &status);
  std::string result = status == 0 ? std::string(readable) : std::string(name);
  std::free(readable);
  return result;
}

std::string attribute(Dwarf_Die* die, unsigned which) {
  Dwarf_Attribute found;
  const char* const text = dwarf_attr(die, which, &found) == nullptr ? nullptr : dwarf_formstring(&found);
  return text == nullptr ? std::string() : text;
}

// Relative to where the compiler ran, as it was given.
std::string source_name(const char* file, Dwarf_Die* unit) {
  std::string name = file;
  const std::string folder = attribute(unit, DW_AT_comp_dir) + "/";
  if (folder.size() > 1 && name.starts_with(folder)) name.erase(0, folder.size());
  return name;
}

bool is_of_runtime(Dwarf_Die* unit) {
  return attribute(unit, DW_AT_name).find("/workloads/posix/runtime/") != std::string::npos;
}

}  // namespace

// A program at one place of this process, and the snapshot whose stack is unwound.
class SourceLines::Program {
 public:
  Program(const std::string& image, std::uint64_t begin) : dwfl_(dwfl_begin(&callbacks)) {
    if (dwfl_ == nullptr) return;
    dwfl_report_begin(dwfl_);
    image_ = dwfl_report_elf(dwfl_, image.c_str(), image.c_str(), -1, begin, false);
    dl_iterate_phdr(report_library, dwfl_);
    dwfl_report_end(dwfl_, nullptr, nullptr);
    static constexpr Dwfl_Thread_Callbacks threads{.next_thread = next_thread,
                                                   .get_thread = nullptr,
                                                   .memory_read = read_memory,
                                                   .set_initial_registers = set_registers,
                                                   .detach = nullptr,
                                                   .thread_detach = nullptr};
    is_ready_ = image_ != nullptr && dwfl_attach_state(dwfl_, nullptr, getpid(), &threads, this);
  }
  ~Program() { dwfl_end(dwfl_); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::vector<SourceCall> calls(const ProgramSnapshot& snapshot) {
    calls_.clear();
    snapshot_ = &snapshot;
    if (is_ready_) dwfl_getthread_frames(dwfl_, getpid(), take_frame, this);
    snapshot_ = nullptr;
    return std::move(calls_);
  }

 private:
  static pid_t next_thread(Dwfl*, void* self, void** argument) {
    if (*argument != nullptr) return 0;
    *argument = self;
    return getpid();
  }
  static bool read_memory(Dwfl*, Dwarf_Addr at, Dwarf_Word* to, void* self) {
    const ProgramSnapshot& from = *static_cast<Program*>(self)->snapshot_;
    const std::uint64_t offset = at - from.stack_begin;
    if (at < from.stack_begin || offset > from.stack.size() || from.stack.size() - offset < sizeof *to) return false;
    std::memcpy(to, &from.stack[offset], sizeof *to);
    return true;
  }
  static bool set_registers(Dwfl_Thread* thread, void* self) {
    const auto& registers = static_cast<Program*>(self)->snapshot_->registers;
    Dwarf_Word words[ProgramSnapshot::register_count];
    std::ranges::copy(registers, words);
    return dwfl_thread_state_registers(thread, 0, ProgramSnapshot::register_count, words);
  }
  static int take_frame(Dwfl_Frame* frame, void* self) {
    Dwarf_Addr at = 0;
    bool is_exact = false;
    auto& program = *static_cast<Program*>(self);
    if (!dwfl_frame_pc(frame, &at, &is_exact) || program.calls_.size() == most_calls) return DWARF_CB_ABORT;
    program.add(is_exact ? at : at - 1);  // a call that is the last of its line comes back to the next one
    return DWARF_CB_OK;
  }

  void add(Dwarf_Addr at) {
    Dwfl_Module* const module = dwfl_addrmodule(dwfl_, at);
    if (module == nullptr) return;
    SourceCall call{
        .function = function_name(dwfl_module_addrname(module, at)), .file = {}, .is_library = module != image_};
    Dwarf_Addr bias = 0;
    Dwarf_Die* const unit = call.is_library ? nullptr : dwfl_module_addrdie(module, at, &bias);
    Dwfl_Line* const line = unit == nullptr ? nullptr : dwfl_module_getsrc(module, at);
    int number = 0;
    if (line != nullptr) {
      const char* const file = dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr);
      if (file != nullptr) call.file = source_name(file, unit);
    }
    call.line = static_cast<unsigned>(number);
    call.is_library = call.is_library || (unit != nullptr && is_of_runtime(unit));
    calls_.push_back(std::move(call));
  }

  Dwfl* dwfl_;
  Dwfl_Module* image_ = nullptr;
  bool is_ready_ = false;
  const ProgramSnapshot* snapshot_ = nullptr;
  std::vector<SourceCall> calls_;
};

SourceLines::SourceLines() = default;
SourceLines::~SourceLines() = default;

std::vector<SourceCall> SourceLines::calls(const ProgramSnapshot& snapshot) {
  std::unique_ptr<Program>& program = programs_[{snapshot.image, snapshot.image_begin}];
  if (program == nullptr) program = std::make_unique<Program>(snapshot.image, snapshot.image_begin);
  return program->calls(snapshot);
}

std::string describe(const std::vector<SourceCall>& calls) {
  constexpr std::size_t most_shown = 4;
  const auto is_own = [](const SourceCall& call) { return !call.is_library && !call.file.empty(); };
  const auto first = std::ranges::find_if(calls, is_own);
  if (first == calls.end()) return {};
  std::string text = fmt::format("{}:{} in {}", first->file, first->line, first->function);
  if (first != calls.begin()) text += ", called " + std::prev(first)->function;
  std::size_t shown = 1;
  for (auto call = std::next(first); call != calls.end(); ++call) {
    if (!is_own(*call)) continue;
    if (shown++ == most_shown) return text + ", ...";
    text += fmt::format("{} {}:{} in {}", shown == 2 ? "; from" : ",", call->file, call->line, call->function);
  }
  return text;
}

}  // namespace signalbox
