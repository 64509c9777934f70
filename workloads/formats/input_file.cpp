#include "workloads/formats/input_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "workloads/formats/text_cursor.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

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

// By pieces, not by the file's size, which a pipe does not have.
std::string read_up_to(std::istream& input, std::size_t limit) {
  constexpr std::size_t piece = std::size_t{1} << 20U;
  std::string text;
  while (input && text.size() < limit) {
    const std::size_t before = text.size();
    const std::size_t wanted = std::min(piece, limit - before);
    text.resize(before + wanted);
    input.read(text.data() + before, static_cast<std::streamsize>(wanted));
    text.resize(before + static_cast<std::size_t>(input.gcount()));
  }
  return text;
}

[[noreturn]] void refuse_binary(const std::string& path, std::string_view text, std::size_t zero) {
  TextCursor cursor(text, path);
  cursor.advance(zero - (text.size() - without_byte_order_mark(text).size()));
  throw InputError(cursor.place(), "a zero byte: this is not text", "a readable text file");
}

}  // namespace

std::string read_input_file(const std::string& path, std::size_t largest) {
  check_is_readable(path);
  std::ifstream input(path, std::ios::binary);
  if (!input) refuse(path, "cannot be read");
  std::string text = read_up_to(input, largest + 1);
  if (input.bad()) refuse(path, "cannot be read to its end");
  if (text.size() > largest) refuse(path, fmt::format("is larger than {} bytes", largest));
  if (text.empty()) throw InputError({path, 1, 1}, "the file is empty", "a readable text file");
  if (const std::size_t zero = text.find('\0'); zero != std::string::npos) refuse_binary(path, text, zero);
  return text;
}

}  // namespace signalbox
