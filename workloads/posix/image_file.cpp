#include "workloads/posix/image_file.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "workloads/input_error.hpp"
#include "workloads/posix/image_header.hpp"

namespace signalbox {
namespace {

// Offsets in the headers of a 64-bit ELF file (elf(5)).
constexpr std::size_t section_table_at = 0x28;
constexpr std::size_t section_size_at = 0x3a;
constexpr std::size_t section_count_at = 0x3c;
constexpr std::size_t section_names_at = 0x3e;
constexpr std::size_t header_bytes = 64;
constexpr std::size_t section_bytes = 64;

// Reads numbers of a file that may be damaged: beyond its end is zero.
class ElfText {
 public:
  explicit ElfText(std::string_view text) : text_(text) {}

  template <class T>
  T at(std::size_t offset) const {
    T value{};
    if (offset <= text_.size() && sizeof value <= text_.size() - offset)
      std::memcpy(&value, text_.data() + offset, sizeof value);
    return value;
  }
  std::string_view part(std::uint64_t offset, std::uint64_t bytes) const {
    if (offset > text_.size() || bytes > text_.size() - offset) return {};
    return text_.substr(offset, bytes);
  }

  // The contents of a section; empty if there is none of that name.
  std::string_view section(std::string_view name) const {
    const auto table = at<std::uint64_t>(section_table_at);
    const auto size = at<std::uint16_t>(section_size_at);
    if (size < section_bytes) return {};
    const std::string_view names = contents(table + std::uint64_t{at<std::uint16_t>(section_names_at)} * size);
    for (std::uint64_t i = 0; i < at<std::uint16_t>(section_count_at); ++i) {
      const std::uint64_t header = table + i * size;
      const auto own = at<std::uint32_t>(header);
      if (own >= names.size()) continue;
      const std::string_view rest = names.substr(own);
      if (rest.substr(0, rest.find('\0')) == name) return contents(header);
    }
    return {};
  }

 private:
  std::string_view contents(std::uint64_t header) const {
    return part(at<std::uint64_t>(header + 0x18), at<std::uint64_t>(header + 0x20));
  }

  std::string_view text_;
};

std::string_view line_of(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + key.size());
  return rest.substr(0, rest.find('\n'));
}

ImageNote parse_note(std::string_view text) {
  ImageNote note;
  const std::string_view version = line_of(text, "version=");
  std::from_chars(version.data(), version.data() + version.size(), note.version);
  note.compiler = line_of(text, "compiler=");
  note.flags = line_of(text, "flags=");
  return note;
}

std::string read_whole(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw InputError({.file = path}, "it is a directory", "a program");
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::string text(file ? static_cast<std::size_t>(file.tellg()) : 0, '\0');
  if (!file.seekg(0).read(text.data(), static_cast<std::streamsize>(text.size())))
    throw InputError({.file = path}, "it cannot be read", "a program of `signalbox cc`");
  return text;
}

}  // namespace

std::string note_text(const ImageNote& note) {
  return fmt::format("signalbox\nversion={}\ncompiler={}\nflags={}\n", note.version, note.compiler, note.flags);
}

bool begins_like_image(std::string_view beginning) {
  return beginning.starts_with(
      "\x7f"
      "ELF");
}

ImageFile read_image_file(const std::string& path) {
  const std::string text = read_whole(path);
  const std::string_view note = ElfText(text).section(SIGNALBOX_NOTE_SECTION);
  if (!begins_like_image(text) || text.size() < header_bytes || note.empty()) {
    throw InputError({.file = path}, "it is a program, but not one that `signalbox cc` made",
                     "its source compiled by `signalbox cc FILE.c -o PROG`");
  }
  ImageFile image{
      .path = path, .note = parse_note(note), .hash = fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()))};
  if (image.note.version != SIGNALBOX_IMAGE_VERSION) {
    throw InputError({.file = path},
                     fmt::format("it was made for version {} of compiled programs, this Signalbox runs version {}",
                                 image.note.version, SIGNALBOX_IMAGE_VERSION),
                     "its source compiled again by this `signalbox cc`");
  }
  return image;
}

}  // namespace signalbox
