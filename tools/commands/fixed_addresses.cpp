#include "tools/commands/fixed_addresses.hpp"

#include <sys/personality.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include "workloads/posix/image_file.hpp"

namespace signalbox {
namespace {

bool is_host_program(const char* path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::string begin(4, '\0');
  std::ifstream(path).read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begins_like_image(begin);
}

}  // namespace

void fix_addresses(int argc, const char* const* argv) {
  constexpr unsigned long ask = 0xffffffff;
  const int now = personality(ask);
  if (now == -1 || (now & ADDR_NO_RANDOMIZE) != 0) return;
  const std::span words(argv, static_cast<std::size_t>(argc));
  if (words.size() < 2 || std::ranges::none_of(words.subspan(1), is_host_program)) return;
  if (personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE) == -1) return;
  execv("/proc/self/exe", const_cast<char* const*>(argv));
  personality(static_cast<unsigned long>(now));
}

}  // namespace signalbox
