#include "tools/memory/program_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "kernel/base/check.hpp"
#include "kernel/base/prng.hpp"
#include "kernel/mm/proc/maps_text.hpp"
#include "kernel/mm/space/brk.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/mmap.hpp"
#include "kernel/mm/space/program_image.hpp"
#include "tools/memory/placed_word.hpp"
#include "tools/metrics/text_cell.hpp"
#include "workloads/formats/input_file.hpp"

namespace signalbox {
namespace {

// Frames of 32-bit entries end at 4 GiB, and tables need some; records of frames take memory of the host.
constexpr std::uint64_t most_bytes = std::uint64_t{3} << 30U;
constexpr std::string_view expected_range = "a mapping such as 400000-402000:r-x, or 800000-a00000:rw-:large";

// A line that is being read.
struct MappingLine {
  const PageFormat& format;
  MappedRange mapping = {};
};

VirtAddr address_of_word(const PlacedWord& word, const PageFormat& format, bool is_end) {
  const VirtAddr at(hexadecimal_of(word, "an address"));
  const bool is_known = is_end ? format.is_canonical(VirtAddr(at.value() - 1)) : format.is_canonical(at);
  if (!is_known) {
    refuse(word, fmt::format("is no address of {}", format.name), fmt::format("one of {} bits", format.address_bits));
  }
  return at;
}

void read_range(MappingLine& line, const PlacedWord& word) {
  const std::size_t dash = word.text.find('-');
  if (dash == std::string::npos) refuse(word, "is no range of addresses", std::string(expected_range));
  PlacedWord begin = word;
  begin.text.resize(dash);
  line.mapping.range = {address_of_word(begin, line.format, false),
                        address_of_word(rest_of(word, dash + 1), line.format, true)};
  const PageRange range = line.mapping.range;
  if (range.end <= range.begin) refuse(word, "ends before it begins", std::string(expected_range));
  const std::uint64_t halves = range.begin.value() ^ (range.end.value() - 1);
  if (halves >> 63U != 0) refuse(word, "reaches from one half of the addresses into the other", "either half");
}

void read_rights(MappedRange& mapping, const PlacedWord& word) {
  const std::string& text = word.text;
  const auto is_one_of = [&text](std::size_t at, std::string_view letters) {
    return at >= text.size() ? at == 3 : letters.contains(text[at]);
  };
  if (!is_one_of(0, "r-") || !is_one_of(1, "w-") || !is_one_of(2, "x-") || !is_one_of(3, "ps-") || text.size() > 4) {
    refuse(word, "are no rights", "rights such as r-x, rw- or rw-p");
  }
  mapping.is_readable = text[0] == 'r';
  mapping.is_writable = text[1] == 'w';
  mapping.is_executable = text[2] == 'x';
}

void read_kind(MappedRange& mapping, const PlacedWord& word) {
  if (word.text == "large") {
    mapping.size = PageSize::large;
  } else if (word.text == "absent") {
    mapping.is_absent = true;
  } else {
    refuse(word, "says nothing of a mapping", "large or absent");
  }
}

// The parts of a word between colons.
std::vector<PlacedWord> colon_parts(PlacedWord word) {
  std::vector<PlacedWord> parts;
  for (std::size_t colon = word.text.find(':'); colon != std::string::npos; colon = word.text.find(':')) {
    parts.push_back(word);
    parts.back().text.resize(colon);
    word = rest_of(word, colon + 1);
  }
  parts.push_back(word);
  return parts;
}

MappedRange read_mapping(const std::vector<PlacedWord>& words, const PageFormat& format) {
  MappingLine line{.format = format};
  std::vector<PlacedWord> parts = colon_parts(words[0]);
  std::size_t rest = 1;
  if (parts.size() == 1 && words.size() > 1) {
    for (const PlacedWord& part : colon_parts(words[1])) parts.push_back(part);
    rest = 2;
  }
  read_range(line, parts[0]);
  if (parts.size() < 2) refuse(words[0], "has no rights", std::string(expected_range));
  read_rights(line.mapping, parts[1]);
  for (std::size_t i = 2; i < parts.size(); ++i) read_kind(line.mapping, parts[i]);
  constexpr std::size_t words_before_name = 3;  // offset, device, inode of /proc/PID/maps
  if (words.size() > rest + words_before_name) line.mapping.name = words[rest + words_before_name].text;

  const bool is_large = line.mapping.size == PageSize::large;
  const PageLevel& level = format.levels[is_large ? format.large_level() : format.last_level()];
  if (is_large && !level.has_large_pages)
    refuse(words[0], fmt::format("has pages that {} has not", format.name), "no :large");
  const std::uint64_t page = level.entry_span();
  if (line.mapping.range.begin.value() % page != 0 || line.mapping.range.end.value() % page != 0) {
    refuse(words[0], "is no whole number of pages", fmt::format("multiples of {:#x}", page));
  }
  return line.mapping;
}

void add(ProgramMap& map, const MappedRange& mapping, const PlacedWord& word) {
  const auto above =
      std::ranges::lower_bound(map, mapping.range.begin, {}, [](const MappedRange& each) { return each.range.begin; });
  const bool meets_above = above != map.end() && above->range.begin < mapping.range.end;
  const bool meets_below = above != map.begin() && std::prev(above)->range.end > mapping.range.begin;
  if (meets_above || meets_below) refuse(word, "overlaps another mapping", "each address once");
  map.insert(above, mapping);
  if (mapped_bytes(map) > most_bytes) {
    refuse(word, "makes more than the emulated RAM holds", fmt::format("at most {} in all", bytes_cell(most_bytes)));
  }
}

void add_lines(ProgramMap& map, const std::string& text, const std::string& file, const PageFormat& format) {
  InputLines lines(text, file);
  while (const auto line = lines.next()) {
    const std::vector<PlacedWord> words = words_of(lines, *line);
    if (!words.empty()) add(map, read_mapping(words, format), words[0]);
  }
}

// What stands behind the small program's files.
class ProgramFile final : public MemoryObject {
 public:
  ProgramFile(std::string_view path, std::uint64_t inode) : path_(path), inode_(inode) {}

  ObjectRights rights() const override { return {}; }
  std::uint64_t bytes() const override { return std::uint64_t{1} << 20U; }
  std::string_view path() const override { return path_; }
  std::uint64_t inode() const override { return inode_; }

 private:
  std::string_view path_;
  std::uint64_t inode_;
};

// Pages that nobody touches.
class NoPages final : public MappedPages {
 public:
  void discard(const Vma&, PageRange, Leaving) override {}
  void cut(PageRange) override {}
  void trim(PageRange) override {}
  Result<void> move(PageRange, VirtAddr) override { return {}; }
  void protect(PageRange, VmaFlags) override {}
  void relock(const Vma&, PageRange) override {}
  void advise(const Vma&, PageRange, std::int32_t) override {}
  bool is_resident(const Vma&, VirtAddr) const override { return false; }
};

constexpr std::uint64_t kib(std::uint64_t count) { return count << 10U; }

void start_program(AddressMap& map, bool is_position_independent, Prng& random) {
  const ProgramImage image{.file = new ProgramFile("/bin/small", 7),
                           .is_position_independent = is_position_independent,
                           .text_bytes = kib(64),
                           .data_bytes = kib(16),
                           .bss_bytes = kib(32)};
  const MemoryObjectRef library = new ProgramFile("/lib/libc.so.6", 8);
  const auto map_part = [&map, &library](std::uint64_t bytes, std::uint32_t prot, std::uint64_t offset) {
    const bool is_file = bytes != kib(256);
    CHECK(mmap(map, {.bytes = bytes,
                     .prot = prot,
                     .flags = is_file ? map_private : map_private | map_anonymous,
                     .object = is_file ? library : nullptr,
                     .offset = offset}),
          "an empty space has room");
  };
  CHECK(load_image(map, image, random), "an empty space has room");
  map_part(kib(16), prot_read | prot_write, kib(1024));
  map_part(kib(1024), prot_read | prot_exec, 0);
  map_part(kib(256), prot_read | prot_write, 0);
  CHECK(sbrk(map, kib(132)), "an empty space has room");
}

}  // namespace

std::string MappedRange::rights_text() const {
  return fmt::format("{}{}{}", is_readable ? 'r' : '-', is_writable ? 'w' : '-', is_executable ? 'x' : '-');
}

ProgramMap parse_program_map(const std::string& text, const std::string& file, const PageFormat& format) {
  ProgramMap map;
  add_lines(map, text, file, format);
  if (map.empty()) throw InputError({.file = file}, "there is no mapping", std::string(expected_range));
  return map;
}

ProgramMap read_program_map(std::span<const std::string> arguments, const PageFormat& format) {
  ProgramMap map;
  for (const std::string& argument : arguments) {
    std::error_code none;
    const bool is_file = std::filesystem::exists(argument, none);
    const std::size_t before = map.size();
    add_lines(map, is_file ? read_input_file(argument) : argument, is_file ? argument : "--map", format);
    if (map.size() == before) {
      throw InputError({.file = is_file ? argument : "--map"}, "there is no mapping", std::string(expected_range));
    }
  }
  return map;
}

ProgramMap small_program(const PageFormat& format, std::optional<std::uint64_t> seed) {
  const bool is_wide = format.address_bits > 32;
  const LayoutOptions options{.width = is_wide ? ProgramWidth::bits_64 : ProgramWidth::bits_32};
  Prng random = Prng(seed.value_or(0)).split("program map");
  CommitAccount commits({.ram_pages = pages_of(std::uint64_t{1} << 30U)});
  NoPages pages;
  AddressMap map(seed ? random_layout(options, random) : plain_layout(options), {}, commits, pages);
  start_program(map, is_wide, random);
  return parse_program_map(maps_text(map), "small program", format);
}

const MappedRange* find_mapping(const ProgramMap& map, VirtAddr at) {
  const auto found = std::ranges::find_if(
      map, [at](const MappedRange& each) { return each.range.begin <= at && at < each.range.end; });
  return found == map.end() ? nullptr : &*found;
}

std::string program_map_text(const ProgramMap& map) {
  std::string text;
  for (const MappedRange& each : map) {
    std::string notes = each.name;
    if (each.size == PageSize::large) notes += notes.empty() ? "large pages" : ", large pages";
    if (each.is_absent) notes += notes.empty() ? "absent" : ", absent";
    std::string line =
        fmt::format("  {:#014x}-{:#014x}  {}  {:>9}  {}", each.range.begin.value(), each.range.end.value(),
                    each.rights_text(), bytes_cell(static_cast<double>(each.range.bytes())), text_cell(notes, 40));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::uint64_t mapped_bytes(const ProgramMap& map) {
  std::uint64_t bytes = 0;
  for (const MappedRange& each : map) bytes += each.is_present() ? each.range.bytes() : 0;
  return bytes;
}

}  // namespace signalbox
