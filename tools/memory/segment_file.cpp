#include "tools/memory/segment_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/mm/segment_table.hpp"
#include "tools/memory/placed_word.hpp"

namespace signalbox {
namespace {

constexpr std::string_view expected_line = "a line such as `4 data 0x400000 0xfff dpl=3` or `4 0x00cff2000000ffff`";
constexpr std::uint64_t most_limit = 0xf'ffff;

void read_option(Segment& segment, const PlacedWord& word) {
  const std::string_view text = word.text;
  if (text.starts_with("dpl=")) {
    segment.privilege = static_cast<std::uint8_t>(number_of(rest_of(word, 4), "a privilege", {.least = 0, .most = 3}));
  } else if (text == "pages") {
    segment.counts_pages = true;
  } else if (text == "absent") {
    segment.is_present = false;
  } else if (text == "16-bit") {
    segment.is_wide = false;
  } else if (text == (segment.is_code ? "execute-only" : "read-only")) {
    segment.is_open = false;
  } else if (text == (segment.is_code ? "conforming" : "expand-down")) {
    segment.is_expand_down = true;
  } else {
    refuse(word, fmt::format("says nothing of a {} segment", segment.is_code ? "code" : "data"),
           segment.is_code ? "dpl=N, pages, absent, 16-bit, execute-only or conforming"
                           : "dpl=N, pages, absent, 16-bit, read-only or expand-down");
  }
}

Segment read_segment(const std::vector<PlacedWord>& words) {
  const PlacedWord& kind = words[1];
  if (kind.text != "code" && kind.text != "data") refuse(kind, "is no kind of segment", std::string(expected_line));
  if (words.size() < 4) refuse(kind, "has no base and limit", std::string(expected_line));
  Segment segment{.base = static_cast<std::uint32_t>(number_of(words[2], "a base", {.least = 0, .most = 0xffff'ffff})),
                  .limit = static_cast<std::uint32_t>(number_of(words[3], "a limit", {.least = 0, .most = most_limit})),
                  .is_wide = true,
                  .is_code = kind.text == "code",
                  .is_open = true,
                  .is_present = true};
  for (std::size_t i = 4; i < words.size(); ++i) read_option(segment, words[i]);
  return segment;
}

}  // namespace

std::vector<SegmentRow> parse_segments(const std::string& text, const std::string& file) {
  std::vector<SegmentRow> rows;
  InputLines lines(text, file);
  while (const auto line = lines.next()) {
    const std::vector<PlacedWord> words = words_of(lines, *line);
    if (words.empty()) continue;
    const auto index = static_cast<std::uint16_t>(
        number_of(words[0], "an index", {.least = 0, .most = SegmentTable::most_entries - 1}));
    if (words.size() < 2) refuse(words[0], "has no segment", std::string(expected_line));
    if (std::ranges::find(rows, index, &SegmentRow::index) != rows.end()) {
      refuse(words[0], "is there already", "each index once");
    }
    const bool is_raw = words.size() == 2;
    rows.push_back({index, is_raw ? number_of(words[1], "a descriptor") : read_segment(words).bits()});
  }
  if (rows.empty()) throw InputError({.file = file}, "there is no segment", std::string(expected_line));
  std::ranges::sort(rows, {}, &SegmentRow::index);
  return rows;
}

std::string segment_text(const Segment& segment) {
  std::string text =
      fmt::format("base {:#x}, limit {:#x}{}", segment.base, segment.limit, segment.counts_pages ? " pages" : "");
  if (segment.is_system) return text + ", system (no memory)";
  if (segment.is_code) {
    text +=
        fmt::format(", code{}{}", segment.is_open ? ", readable" : "", segment.is_expand_down ? ", conforming" : "");
  } else {
    text +=
        fmt::format(", data{}{}", segment.is_open ? ", writable" : "", segment.is_expand_down ? ", expand-down" : "");
  }
  return text + fmt::format(", DPL {}{}", segment.privilege, segment.is_present ? "" : ", absent");
}

}  // namespace signalbox
