#include "workloads/formats/input_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "workloads/formats/text_cursor.hpp"
#include "workloads/formats/xz_decoder.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

constexpr std::size_t beginning_bytes = std::size_t{1} << 16U;

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw InputError({.file = path}, what, "a readable text file");
}

void check_is_readable(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) refuse(path, "there is no such file");
  if (error) refuse(path, "cannot be read (" + error.message() + ")");
  if (std::filesystem::is_directory(status)) refuse(path, "is a directory");
}

[[noreturn]] void refuse_binary(const std::string& path, std::string_view text, std::size_t zero) {
  TextCursor cursor(text, path);
  cursor.advance(zero - (text.size() - without_byte_order_mark(text).size()));
  throw InputError(cursor.place(), "a zero byte: this is not text", "a readable text file");
}

}  // namespace

InputFile::InputFile(const std::string& path) : path_(path) {
  check_is_readable(path);
  file_.open(path, std::ios::binary);
  if (!file_) refuse(path, "cannot be read");
  std::string first(beginning_bytes, '\0');
  file_.read(first.data(), static_cast<std::streamsize>(first.size()));
  first.resize(static_cast<std::size_t>(file_.gcount()));
  if (is_xz(first)) {
    xz_ = std::make_unique<XzDecoder>(file_, path, first);
    first.resize(beginning_bytes);
    first.resize(xz_->read(first.data(), first.size()));
  }
  beginning_ = std::move(first);
  if (beginning_.empty()) throw InputError({path, 1, 1}, "the file is empty", "a readable text file");
}

InputFile::~InputFile() = default;

std::size_t InputFile::read(char* to, std::size_t most) {
  const std::size_t from_beginning = beginning_.copy(to, most, given_);
  given_ += from_beginning;
  if (from_beginning == most) return most;
  return from_beginning + read_bytes(to + from_beginning, most - from_beginning);
}

std::size_t InputFile::read_bytes(char* to, std::size_t most) {
  if (xz_ != nullptr) return xz_->read(to, most);
  if (!file_) return 0;  // its end
  file_.read(to, static_cast<std::streamsize>(most));
  if (file_.bad()) refuse(path_, "cannot be read to its end");
  return static_cast<std::size_t>(file_.gcount());
}

// By pieces, not by the file's size, which a pipe does not have.
std::string InputFile::read_all(std::size_t largest) {
  constexpr std::size_t piece = std::size_t{1} << 20U;
  std::string text;
  for (bool is_over = false; !is_over && text.size() <= largest;) {
    const std::size_t before = text.size();
    const std::size_t wanted = std::min(piece, largest + 1 - before);
    text.resize(before + wanted);
    const std::size_t got = read(text.data() + before, wanted);
    text.resize(before + got);
    is_over = got < wanted;
  }
  if (text.size() > largest) refuse(path_, fmt::format("is larger than {} bytes", largest));
  if (const std::size_t zero = text.find('\0'); zero != std::string::npos) refuse_binary(path_, text, zero);
  return text;
}

std::string read_input_file(const std::string& path, std::size_t largest) { return InputFile(path).read_all(largest); }

}  // namespace signalbox
