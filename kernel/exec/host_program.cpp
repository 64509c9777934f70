#include "kernel/exec/host_program.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "kernel/exec/mapping.hpp"

namespace signalbox {
namespace {

constexpr std::uintptr_t page = Mapping::page;

struct Extent {
  std::uintptr_t begin = UINTPTR_MAX;
  std::uintptr_t end = 0;

  void include(std::uintptr_t from, std::uintptr_t to) {
    begin = std::min(begin, from / page * page);
    end = std::max(end, (to + page - 1) / page * page);
  }
  std::span<std::byte> bytes() const {
    return begin < end ? std::span(reinterpret_cast<std::byte*>(begin), end - begin) : std::span<std::byte>();
  }
};

struct Search {
  std::uintptr_t base;
  Extent whole = {};
  Extent data = {};
  std::uintptr_t relro_end = 0;
  HostProgram::ThreadVariables thread_variables = {};
};

void read_header(Search& search, const ElfW(Phdr) & header) {
  const std::uintptr_t begin = search.base + header.p_vaddr;
  switch (header.p_type) {
    case PT_LOAD:
      search.whole.include(begin, begin + header.p_memsz);
      if ((header.p_flags & PF_W) != 0) search.data.include(begin, begin + header.p_memsz);
      break;
    case PT_GNU_RELRO:
      search.relro_end = (begin + header.p_memsz) / page * page;
      break;
    case PT_TLS:
      search.thread_variables = {.begin = reinterpret_cast<const void*>(begin),
                                 .filled = header.p_filesz,
                                 .bytes = header.p_memsz,
                                 .alignment = header.p_align};
      break;
    default:
      break;
  }
}

int visit(dl_phdr_info* object, std::size_t, void* argument) {
  Search& search = *static_cast<Search*>(argument);
  if (object->dlpi_addr != search.base) return 0;
  for (unsigned i = 0; i < object->dlpi_phnum; ++i) read_header(search, object->dlpi_phdr[i]);
  return 1;
}

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what + ": " + std::strerror(errno)); }

bool copy_whole(int from, int to) {
  struct stat file{};
  if (fstat(from, &file) != 0) return false;
  for (off_t left = file.st_size; left > 0;) {
    const ssize_t copied = sendfile(to, from, nullptr, static_cast<std::size_t>(left));
    if (copied <= 0) return false;
    left -= copied;
  }
  return true;
}

// The loader knows by name, and then by inode, what it has loaded already. So the copy is a file of its own, in memory
// (a folder takes ten times as long to make one and forget it), and its name is no other's: "/" and "/./" lead to
// the same file, and are the bits of a number.
class PrivateCopy {
 public:
  explicit PrivateCopy(const std::string& path) : file_(memfd_create("signalbox-image", MFD_CLOEXEC)) {
    if (file_ < 0) fail(path);
    const int from = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool is_copied = from >= 0 && copy_whole(from, file_);
    const int error = errno;
    if (from >= 0) close(from);
    if (is_copied) return;
    close(file_);
    errno = error;
    fail(path);
  }
  ~PrivateCopy() { close(file_); }
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;

  std::string name() const {
    static std::atomic<unsigned> copies = 0;
    std::string name = "/proc/self/fd";
    for (unsigned number = ++copies; number != 0; number >>= 1U) name += (number & 1U) != 0 ? "/." : "/";
    return name + "/" + std::to_string(file_);
  }

 private:
  int file_;
};

// A copy that whoever looks at this process finds under the name that its loader tells.
std::string named_copy(const std::string& path, const std::string& folder) {
  static std::atomic<unsigned> copies = 0;
  const std::filesystem::path copy =
      std::filesystem::path(folder) / std::to_string(++copies) / std::filesystem::path(path).filename();
  std::error_code error;
  std::filesystem::create_directories(copy.parent_path(), error);
  if (!error) std::filesystem::copy_file(path, copy, error);
  if (error) throw std::runtime_error(copy.string() + ": " + error.message());
  return copy;
}

}  // namespace

HostProgram::HostProgram(const std::string& path, const std::string& copies)
    : copy_(copies.empty() ? std::string() : named_copy(path, copies)),
      handle_(dlopen(copy_.empty() ? PrivateCopy(path).name().c_str() : copy_.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) throw std::runtime_error(dlerror());
  const link_map* map = nullptr;
  dlinfo(handle_, RTLD_DI_LINKMAP, &map);
  Search search{.base = map->l_addr};
  dl_iterate_phdr(visit, &search);
  // The loader has made what it alone writes read-only.
  search.data.begin = std::max(search.data.begin, search.relro_end);
  whole_ = search.whole.bytes();
  data_ = search.data.bytes();
  thread_variables_ = search.thread_variables;
}

HostProgram::~HostProgram() {
  dlclose(handle_);
  if (copy_.empty()) return;
  std::error_code error;
  std::filesystem::remove_all(std::filesystem::path(copy_).parent_path(), error);
}

void* HostProgram::symbol(const char* name) const { return dlsym(handle_, name); }

}  // namespace signalbox
