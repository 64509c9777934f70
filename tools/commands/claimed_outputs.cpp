#include "tools/commands/claimed_outputs.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

namespace fs = std::filesystem;

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  if (fs::equivalent(a, b, error)) return true;
  // One that does not exist yet has no identity but its path.
  return fs::weakly_canonical(a, error) == fs::weakly_canonical(b, error);
}

// Devices and pipes may well be written twice, and are not ours to remove.
bool is_special(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status);
}

void check_apart(std::span<const std::string> outputs, const std::vector<std::string>& inputs,
                 const std::vector<std::string>& kept) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (is_special(outputs[i])) continue;
    for (const std::string& input : inputs) {
      std::error_code error;  // of what is no file: the name of something shipped
      if (!fs::equivalent(outputs[i], input, error)) continue;
      throw InputError({.file = outputs[i]}, "would be overwritten, and is read", "another file to write to");
    }
    std::vector<std::string> others(outputs.begin(), outputs.begin() + static_cast<std::ptrdiff_t>(i));
    others.insert(others.end(), kept.begin(), kept.end());
    for (const std::string& other : others) {
      if (other.empty() || !is_same_file(outputs[i], other)) continue;
      throw InputError({.file = outputs[i]}, "would be written twice", "a file for each output");
    }
  }
}

void remove_regular(const std::string& path) {
  std::error_code error;  // nobody to tell: the error under way matters more
  if (fs::is_regular_file(path, error)) fs::remove(path, error);
}

// Whether it can be written; leaves an empty file where none was. A pipe is not opened: that would wait for its reader.
void try_out(const std::string& path) {
  std::error_code error;
  if (fs::is_fifo(path, error)) return;
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    throw InputError({.file = path}, std::string("cannot be written (") + std::strerror(errno) + ")",
                     "a path at which a file can be made");
  }
  close(descriptor);
}

// Takes away what this claim created, if it fails on the way.
class NewFiles {
 public:
  ~NewFiles() {
    for (const std::string& path : paths_) remove_regular(path);
  }
  void add(const std::string& path) {
    std::error_code error;
    const bool is_new = !fs::exists(path, error);
    try_out(path);
    if (is_new) paths_.push_back(path);
  }
  void keep() { paths_.clear(); }

 private:
  std::vector<std::string> paths_;
};

}  // namespace

ClaimedOutputs::ClaimedOutputs(std::vector<std::string> outputs, const std::vector<std::string>& inputs,
                               const std::vector<std::string>& kept)
    : outputs_(std::move(outputs)) {
  std::erase_if(outputs_, [](const std::string& path) { return path.empty() || path == "-"; });
  check_apart(outputs_, inputs, kept);
  NewFiles created;
  for (const std::string& output : outputs_) created.add(output);
  created.keep();
}

ClaimedOutputs::~ClaimedOutputs() {
  if (is_kept_) return;
  for (const std::string& output : outputs_) remove_regular(output);
}

}  // namespace signalbox
