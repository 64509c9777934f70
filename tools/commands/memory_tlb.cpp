#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <optional>

#include "kernel/base/nearest_word.hpp"
#include "tools/commands/give_report.hpp"
#include "tools/commands/memory_command.hpp"
#include "tools/commands/memory_report.hpp"
#include "tools/commands/read_options.hpp"
#include "tools/memory/placed_word.hpp"
#include "tools/memory/reference_text.hpp"
#include "tools/memory/tlb_report.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t most_accesses = 1'000'000'000;
constexpr unsigned most_processes = 64;

struct TlbOptions {
  std::string small_l1 = "16x4";
  std::string large_l1 = "8x4";
  std::string l2 = "128x12";
  std::string walk_cache = "32,8,4";
  std::string format = "x86-64";
  bool is_large = false;
  std::string pattern = "random";
  std::uint64_t pages = 512;
  std::string stride = "64KiB";
  std::uint64_t accesses = 0;
  unsigned processes = 2;
  std::uint64_t switch_every = 10'000;
  std::string tlb_time = "5ns";
  std::string memory_time = "100ns";
  std::string fault_time = "8ms";
  std::string hit_ratios = "80%,98%";
  std::string fault_rates;
};

CacheGeometry read_geometry(const std::string& option, const std::string& text, std::uint64_t most_sets) {
  constexpr std::uint64_t most_ways = 255;
  const PlacedWord word = option_word(option, text);
  const std::size_t by = text.find('x');
  if (by == std::string::npos) refuse(word, "is no geometry", "SETSxWAYS such as 16x4");
  PlacedWord sets_word = word;
  sets_word.text.resize(by);
  const auto sets = static_cast<unsigned>(number_of(sets_word, "a number of sets", {.least = 1, .most = most_sets}));
  const auto ways =
      static_cast<unsigned>(number_of(rest_of(word, by + 1), "a number of ways", {.least = 1, .most = most_ways}));
  if (!std::has_single_bit(sets)) {
    refuse(sets_word, "is no number of sets: low bits of the page number choose one", "a power of two");
  }
  return {.sets = sets, .ways = ways};
}

WalkCacheGeometry read_walk_cache(const std::string& text) {
  if (text == "none") return no_walk_cache;
  WalkCacheGeometry geometry = no_walk_cache;
  const std::vector<PlacedWord> parts = parts_of("--walk-cache", text);
  if (parts.size() > geometry.size()) {
    refuse(parts[geometry.size()], "is one level too many", fmt::format("at most {}", geometry.size()));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    geometry[i] = static_cast<unsigned>(number_of(parts[i], "a number of entries", {.least = 0, .most = 255}));
    if (i > 0 && geometry[i] > 0 && geometry[i - 1] == 0) {
      refuse(parts[i], "is above a level without entries", "none from there on");
    }
  }
  return geometry;
}

PagePattern read_pattern(const TlbOptions& options, std::uint64_t page) {
  PagePattern pattern{.pages = options.pages, .page_bytes = page};
  if (options.pattern == "sequential") return pattern;
  if (options.pattern == "random") {
    pattern.kind = PagePattern::Kind::random;
    return pattern;
  }
  if (options.pattern == "stride") {
    pattern.step = bytes_of(option_word("--stride", options.stride), "a stride", {.least = 1, .most = pattern.bytes()});
    return pattern;
  }
  std::error_code none;
  if (!std::filesystem::exists(options.pattern, none)) {
    constexpr std::array<std::string_view, 3> names{"sequential", "random", "stride"};
    refuse(option_word("--pattern", options.pattern), "is no pattern, and no file",
           one_of(options.pattern, names) + ", or a file of page numbers");
  }
  pattern.kind = PagePattern::Kind::references;
  pattern.references = read_references(options.pattern);
  for (const PageReference& each : pattern.references) pattern.pages = std::max(pattern.pages, each.page + 1);
  return pattern;
}

std::vector<double> read_shares(const std::string& option, const std::string& text) {
  std::vector<double> shares;
  if (text.empty()) return shares;
  for (const PlacedWord& part : parts_of(option, text)) shares.push_back(share_of(part, "a share"));
  return shares;
}

MmuConfig read_mmu(const TlbOptions& options) {
  return {.tlb = {.small_l1 = read_geometry("--l1", options.small_l1, 4096),
                  .large_l1 = read_geometry("--l1-large", options.large_l1, 4096),
                  .l2 = read_geometry("--l2", options.l2, 65'536)},
          .walk_cache = read_walk_cache(options.walk_cache)};
}

TlbRequest read_request(const TlbOptions& options, std::uint64_t seed) {
  const PageFormat& format = read_format(options.format);
  const PageLevel& level = format.levels[options.is_large ? format.large_level() : format.last_level()];
  if (options.is_large && !level.has_large_pages) {
    refuse(option_word("--format", options.format), "has no large pages", "x86-64 or x86-32 with --large");
  }
  TlbRequest request{.mmu = read_mmu(options),
                     .format = &format,
                     .page = options.is_large ? PageSize::large : PageSize::small,
                     .pattern = read_pattern(options, level.entry_span()),
                     .processes = options.processes,
                     .switch_every = options.switch_every,
                     .seed = seed};
  const bool is_string = request.pattern.kind == PagePattern::Kind::references;
  if (is_string) request.accesses = request.pattern.references.size();
  if (options.accesses > 0) request.accesses = options.accesses;
  if (request.pattern.pages > most_frames(format) || frames_of(request) > most_frames(format)) {
    refuse(option_word(is_string ? "--pattern" : "--pages", fmt::format("{}", request.pattern.pages)),
           fmt::format("pages of {} for {} processes are more than the emulated RAM",
                       bytes_cell(static_cast<double>(level.entry_span())), request.processes),
           fmt::format("{} in all", bytes_cell(static_cast<double>(most_frames(format) << page_shift))));
  }
  return request;
}

int tlb(const TlbOptions& options, const GlobalOptions& global) {
  const AccessPrices prices{.tlb = read_time("--tlb-time", options.tlb_time),
                            .memory = read_time("--memory-time", options.memory_time),
                            .fault = read_time("--fault-time", options.fault_time)};
  if (prices.fault <= prices.memory) {
    refuse(option_word("--fault-time", options.fault_time), "is no time of a fault", "more than --memory-time");
  }
  const std::vector<double> hit_ratios = read_shares("--hit-ratio", options.hit_ratios);
  const std::vector<double> fault_rates = read_shares("--fault-rate", options.fault_rates);
  TlbReport report = examine_tlb(read_request(options, global.seed), prices);
  report.hit_ratios = hit_ratios;
  report.fault_rates = fault_rates;
  report.pattern_name = options.pattern;
  return give_report(global, {options.pattern}, tlb_text(report), tlb_json(report));
}

void add_tlb_options(CLI::App& command, TlbOptions& options) {
  command.add_option("--l1", options.small_l1, "the first level for small pages, SETSxWAYS")->capture_default_str();
  command.add_option("--l1-large", options.large_l1, "the first level for large pages")->capture_default_str();
  command.add_option("--l2", options.l2, "the second level, for both")->capture_default_str();
  command
      .add_option("--walk-cache", options.walk_cache, "remembered entries of upper tables, the lowest first; or none")
      ->capture_default_str();
  command.add_option("--format", options.format, "x86-64 (k is 4), x86-32 (2) or flat (1)")->capture_default_str();
  command.add_flag("--large", options.is_large, "large pages, of 2 MiB or 4 MiB");
}

void add_pattern_options(CLI::App& command, TlbOptions& options) {
  command
      .add_option("--pattern", options.pattern,
                  "sequential (64 bytes apart), stride, random, or a file of page numbers")
      ->capture_default_str();
  command.add_option("--pages", options.pages, "how many pages a process uses")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 32U))
      ->capture_default_str();
  command.add_option("--stride", options.stride, "how far apart, for that pattern")->capture_default_str();
  command.add_option("--accesses", options.accesses, "of each process (default: 100000, or a file's length)")
      ->check(CLI::Range(std::uint64_t{1}, most_accesses));
  command.add_option("--processes", options.processes, "how many take turns; 1: no switches")
      ->check(CLI::Range(1U, most_processes))
      ->capture_default_str();
  command.add_option("--switch-every", options.switch_every, "accesses in a turn")
      ->check(CLI::Range(std::uint64_t{1}, most_accesses))
      ->capture_default_str();
}

void add_price_options(CLI::App& command, TlbOptions& options) {
  command.add_option("--tlb-time", options.tlb_time, "eps: to look into the TLB")->capture_default_str();
  command.add_option("--memory-time", options.memory_time, "m: an access to memory")->capture_default_str();
  command.add_option("--fault-time", options.fault_time, "F: a page fault")->capture_default_str();
  command.add_option("--hit-ratio", options.hit_ratios, "alpha, several separated by commas")->capture_default_str();
  command.add_option("--fault-rate", options.fault_rates, "p, several separated by commas");
}

Action add(CLI::App& command, const GlobalOptions& global) {
  auto options = std::make_shared<TlbOptions>();
  add_tlb_options(command, *options);
  add_pattern_options(command, *options);
  add_price_options(command, *options);
  return [options, &global] { return tlb(*options, global); };
}

}  // namespace

extern const Command memory_tlb_command{
    "tlb", "reach, access times by formula and by simulation, what a switch loses",
    "signalbox memory tlb --format flat --hit-ratio 80%,98%\n  signalbox memory tlb --pattern random --pages 4096 "
    "--processes 2 --switch-every 1000",
    add};

}  // namespace signalbox
