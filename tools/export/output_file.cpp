#include "tools/export/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "tools/export/export_error.hpp"

namespace signalbox {

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  if (path_ == "-") {
    path_ = "standard output";
    descriptor_ = STDOUT_FILENO;
  } else {
    descriptor_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail("cannot create the trace");
    is_ours_ = true;
  }
  buffer_.reserve(spill_size + 4'096);
}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  try {
    close();
  } catch (const ExportError&) {
    // A destructor has nobody to tell; the exception under way matters more.
    if (is_ours_ && descriptor_ >= 0) ::close(descriptor_);
  }
}

void OutputFile::close() {
  if (descriptor_ < 0) return;
  write_out();
  const int descriptor = std::exchange(descriptor_, -1);
  if (is_ours_ && ::close(descriptor) != 0) fail("cannot finish the trace");
}

void OutputFile::write_out() {
  const char* from = buffer_.data();
  std::size_t left = buffer_.size();
  buffer_.clear();  // before an error, so that nothing is written twice
  while (left > 0) {
    const ssize_t written = write(descriptor_, from, left);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write the trace");
    from += written;
    left -= static_cast<std::size_t>(written);
  }
}

void OutputFile::fail(const char* doing) {
  throw ExportError(path_, fmt::format("{}: {}", doing, std::strerror(errno)));
}

}  // namespace signalbox
