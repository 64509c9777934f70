#include "tools/experiment/memory_table.hpp"

#include <array>
#include <bit>
#include <utility>

#include "kernel/mm/reclaim/registry.hpp"
#include "tools/experiment/byte_size.hpp"
#include "tools/experiment/toml_section.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t least_ram = std::uint64_t{1} << 20U;
constexpr std::uint64_t most_ram = std::uint64_t{16} << 30U;
constexpr std::uint64_t most_swap = std::uint64_t{64} << 30U;
constexpr std::uint64_t most_ram_of_32_bits = std::uint64_t{3} << 30U;

template <class T, std::size_t count>
using Choices = std::array<std::pair<std::string_view, T>, count>;

constexpr Choices<MmuTier, 3> tiers{{{"fast", MmuTier::fast}, {"exact", MmuTier::exact}, {"full", MmuTier::full}}};
constexpr Choices<OvercommitMode, 3> overcommit_modes{
    {{"heuristic", OvercommitMode::heuristic}, {"always", OvercommitMode::always}, {"never", OvercommitMode::never}}};
constexpr Choices<AsidSlots::Tags, 2> tag_choices{{{"pcid", AsidSlots::Tags::pcid}, {"none", AsidSlots::Tags::none}}};
constexpr Choices<HugePagePolicy, 3> huge_page_policies{
    {{"always", HugePagePolicy::always}, {"madvise", HugePagePolicy::madvise}, {"never", HugePagePolicy::never}}};
constexpr Choices<ReplacementScope, 2> scopes{
    {{"global", ReplacementScope::global}, {"local", ReplacementScope::local}}};
constexpr Choices<FrameAllocation, 3> allocations{{{"free", FrameAllocation::free},
                                                   {"equal", FrameAllocation::equal},
                                                   {"proportional", FrameAllocation::proportional}}};
constexpr Choices<bool, 2> layouts{{{"random", true}, {"plain", false}}};

template <class T, std::size_t count>
T choice(const TomlSection& table, std::string_view key, const Choices<T, count>& choices, T fallback) {
  if (table.find(key) == nullptr) return fallback;
  const std::string word = table.text(key, "");
  TomlSection::Words words;
  for (const auto& [name, value] : choices) {
    if (name == word) return value;
    words.push_back(name);
  }
  throw InputError(table.place(*table.find(key)), fmt::format("'{}' is \"{}\"", key, word),
                   fmt::format("one of {}", fmt::join(words, ", ")));
}

const PageFormat* format_of(const TomlSection& table) {
  const Choices<const PageFormat*, 3> formats{
      {{"x86_64", &x86_64_format()}, {"x86_32", &x86_32_format()}, {"flat", &flat_format()}}};
  return choice(table, "page_table", formats, &x86_64_format());
}

// Whole pages between the two; the place is where it stands.
std::uint64_t checked_size(std::string_view text, const SourcePlace& place, std::string_view what, std::uint64_t least,
                           std::uint64_t most) {
  const std::optional<std::uint64_t> bytes = parse_byte_size(text);
  if (bytes && *bytes % page_bytes == 0 && *bytes >= least && *bytes <= most) return *bytes;
  throw InputError(place, fmt::format("{} is \"{}\"", what, text),
                   fmt::format("a size in whole pages of 4KiB from {} to {}, such as 64MiB or 2GiB",
                               byte_size_text(least), byte_size_text(most)));
}

std::uint64_t size(const TomlSection& table, std::string_view key, std::uint64_t fallback, std::uint64_t least,
                   std::uint64_t most) {
  const toml::node* node = table.find(key);
  if (node == nullptr) return fallback;
  return checked_size(table.text(key, ""), table.place(*node), fmt::format("'{}'", key), least, most);
}

// [sets, ways]
CacheGeometry geometry(const TomlSection& table, std::string_view key, CacheGeometry fallback) {
  const toml::node* node = table.find(key);
  if (node == nullptr) return fallback;
  constexpr std::string_view expected = "[sets, ways], sets a power of two up to 4096, ways from 1 to 256";
  const toml::array* list = node->as_array();
  if (list == nullptr || list->size() != 2) {
    throw InputError(table.place(*node), fmt::format("'{}' is no pair of numbers", key), std::string(expected));
  }
  const auto sets = static_cast<unsigned>(table.ranged(*list->get(0), key, 1, 4096));
  const auto ways = static_cast<unsigned>(table.ranged(*list->get(1), key, 1, 256));
  if (!std::has_single_bit(sets))
    throw InputError(table.place(*node), fmt::format("'{}' has {} sets", key, sets), std::string(expected));
  return {sets, ways};
}

void check_width(const MemoryConfig& main, const SourcePlace& place) {
  if (main.format->address_bits > 32 || main.bytes <= most_ram_of_32_bits) return;
  throw InputError(place,
                   fmt::format("{} of RAM with the page table {}", byte_size_text(main.bytes), main.format->name),
                   fmt::format("at most {}", byte_size_text(most_ram_of_32_bits)));
}

// A fixed number of frames is one's own, and what does not fit in goes to swap, page by page.
void read_frame_allocation(const TomlSection& table, MemoryConfig& main) {
  PolicyReclaim::Settings& settings = main.shortage.replacement;
  settings.allocation = choice(table, "frame_allocation", allocations, settings.allocation);
  if (settings.allocation == FrameAllocation::free) return;
  const auto refuse = [&](std::string_view what, std::string_view expected) {
    throw InputError(table.place(*table.find("frame_allocation")), fmt::format("a fixed 'frame_allocation' {}", what),
                     std::string(expected));
  };
  if (settings.scope != ReplacementScope::local) refuse("with global replacement", "'replacement_scope' \"local\"");
  if (main.swap_bytes == 0) refuse("without swap", "'swap', to which pages go that do not fit in");
  if (main.huge_pages != HugePagePolicy::never) refuse("with huge pages", "'transparent_hugepage' \"never\"");
}

HugePagePolicy huge_pages(const TomlSection& table, const PageFormat& format) {
  const HugePagePolicy policy = choice(table, "transparent_hugepage", huge_page_policies, HugePagePolicy::never);
  if (policy == HugePagePolicy::never || &format == &x86_64_format()) return policy;
  throw InputError(table.place(*table.find("transparent_hugepage")),
                   fmt::format("huge pages with the page table {}", format.name), "the page table x86_64");
}

// Without huge pages nobody looks for them.
void read_huge_page_scan(const TomlSection& table, MemoryConfig& main) {
  constexpr std::string_view sleep = "khugepaged_scan_sleep";
  constexpr std::string_view pages = "khugepaged_pages_to_scan";
  constexpr std::string_view none = "khugepaged_max_ptes_none";
  for (const std::string_view key : {sleep, pages, none}) {
    const toml::node* const node = table.find(key);
    if (node == nullptr || main.huge_pages != HugePagePolicy::never) continue;
    throw InputError(table.place(*node), fmt::format("'{}' without huge pages", key),
                     "'transparent_hugepage' as \"always\" or \"madvise\"");
  }
  HugePageScanConfig& scan = main.huge_page_scan;
  if (table.find(sleep) != nullptr) scan.scan_sleep = table.time(sleep, 1_us);
  scan.pages_to_scan = static_cast<std::uint64_t>(
      table.number(pages, static_cast<std::int64_t>(scan.pages_to_scan), 1, std::int64_t{1} << 32U));
  scan.max_ptes_none =
      static_cast<std::uint32_t>(table.number(none, scan.max_ptes_none, 0, std::int64_t{huge_page_frames} - 1));
}

const ReclaimerRow* replacement(const TomlSection& table) {
  const toml::node* node = table.find("replacement");
  const std::string name = table.text("replacement", "linux");
  if (node == nullptr || name == "linux") return nullptr;
  TomlSection::Words names;
  for (const ReclaimerRow* row : all_reclaimers()) {
    if (row->input == ReclaimerInput::future) continue;
    if (row->name == name) return row;
    names.push_back(row->name);
  }
  const ReclaimerRow* const known = find_reclaimer(name);
  throw InputError(
      table.place(*node),
      fmt::format("'replacement' is \"{}\"{}", name, known == nullptr ? "" : ", which must know the future"),
      fmt::format("one of {}", fmt::join(names, ", ")));
}

void refuse_beside_replacement(const TomlSection& table, std::string_view key, const ReclaimerRow* policy,
                               std::string_view expected) {
  const toml::node* node = table.find(key);
  if (node == nullptr) return;
  throw InputError(table.place(*node),
                   fmt::format("'{}' with the replacement \"{}\"", key, policy == nullptr ? "linux" : policy->name),
                   std::string(expected));
}

void expect_known_keys(const TomlSection& table) {
  table.expect_only({"size",
                     "swap",
                     "page_table",
                     "tier",
                     "tags",
                     "overcommit",
                     "layout",
                     "replacement",
                     "replacement_scope",
                     "replacement_window",
                     "frame_allocation",
                     "swappiness",
                     "transparent_hugepage",
                     "khugepaged_scan_sleep",
                     "khugepaged_pages_to_scan",
                     "khugepaged_max_ptes_none",
                     "disk_latency",
                     "disk_transfer",
                     "tlb_l1",
                     "tlb_l1_large",
                     "tlb_l2",
                     "malloc_conf"});
}

// Whose pages go, and in what window a page counts as used.
void read_replacement(const TomlSection& table, PolicyReclaim::Settings& settings) {
  settings.policy = replacement(table);
  const bool is_linux = settings.policy == nullptr || settings.policy->name == "linux";
  if (is_linux) {
    refuse_beside_replacement(table, "replacement_scope", settings.policy, "another replacement: Linux's is global");
  }
  settings.scope = choice(table, "replacement_scope", scopes, settings.scope);
  if (is_linux || !settings.policy->uses_tau) {
    return refuse_beside_replacement(table, "replacement_window", settings.policy, "it with \"wsclock\" only");
  }
  settings.tau = table.time("replacement_window", 1_us);
  if (settings.tau > Duration()) return;
  throw InputError(table.place(*table.find("replacement")), "\"wsclock\" without 'replacement_window'",
                   "the time in which a used page is in the working set, such as \"100ms\"");
}

}  // namespace

MemoryHardware read_memory(const TomlSection& table) {
  expect_known_keys(table);
  MemoryHardware memory;
  MemoryConfig& main = memory.main;
  main.bytes = size(table, "size", main.bytes, least_ram, most_ram);
  main.swap_bytes = size(table, "swap", main.swap_bytes, 0, most_swap);
  main.format = format_of(table);
  main.overcommit = choice(table, "overcommit", overcommit_modes, main.overcommit);
  main.randomises = choice(table, "layout", layouts, main.randomises);
  read_replacement(table, main.shortage.replacement);
  main.huge_pages = huge_pages(table, *main.format);
  read_huge_page_scan(table, main);
  read_frame_allocation(table, main);
  main.shortage.swappiness = static_cast<unsigned>(table.number("swappiness", main.shortage.swappiness, 0, 200));
  memory.mmu.tier = choice(table, "tier", tiers, memory.mmu.tier);
  memory.mmu.tlb.small_l1 = geometry(table, "tlb_l1", memory.mmu.tlb.small_l1);
  memory.mmu.tlb.large_l1 = geometry(table, "tlb_l1_large", memory.mmu.tlb.large_l1);
  memory.mmu.tlb.l2 = geometry(table, "tlb_l2", memory.mmu.tlb.l2);
  memory.tags = choice(table, "tags", tag_choices, memory.tags);
  memory.disk = {.latency = table.time("disk_latency"), .transfer = table.time("disk_transfer")};
  if (const toml::node* node = table.find("page_table")) check_width(main, table.place(*node));
  return memory;
}

void apply_memory_options(std::optional<MemoryHardware>& memory, const std::string& size, const std::string& swap) {
  const auto place = [](std::string_view option) {
    return SourcePlace{.file = std::string(option), .line = 1, .column = 1};
  };
  if (!size.empty()) {
    const std::uint64_t bytes = checked_size(size, place("--memory"), "the size", least_ram, most_ram);
    if (!memory) memory.emplace();
    memory->main.bytes = bytes;
    check_width(memory->main, place("--memory"));
  }
  if (swap.empty()) return;
  if (!memory) {
    throw InputError(place("--swap"), "the machine has no memory to swap from",
                     "--memory SIZE, or a machine file with [memory]");
  }
  memory->main.swap_bytes = checked_size(swap, place("--swap"), "the size", 0, most_swap);
  if (memory->main.swap_bytes > 0 || memory->main.shortage.replacement.allocation == FrameAllocation::free) return;
  throw InputError(place("--swap"), "no swap, with a fixed 'frame_allocation'", "some, for what does not fit in");
}

std::string memory_text(const MemoryHardware& memory) {
  const MemoryConfig& main = memory.main;
  const ShortageConfig& shortage = main.shortage;
  const auto cache = [](CacheGeometry geometry) { return fmt::format("{}x{}", geometry.sets, geometry.ways); };
  std::string text = fmt::format(
      "memory {} swap {} {} overcommit {} random {} cluster {} swappiness {} replacement {} scope {} "
      "window {} tier {} tlb {} {} {} tags "
      "{} disk {} {}",
      main.bytes, main.swap_bytes, main.format->name, static_cast<unsigned>(main.overcommit), main.randomises,
      main.page_cluster, shortage.swappiness,
      shortage.replacement.policy == nullptr ? "linux" : shortage.replacement.policy->name,
      static_cast<unsigned>(shortage.replacement.scope), shortage.replacement.tau.nanoseconds(),
      static_cast<unsigned>(memory.mmu.tier), cache(memory.mmu.tlb.small_l1), cache(memory.mmu.tlb.large_l1),
      cache(memory.mmu.tlb.l2), static_cast<unsigned>(memory.tags), memory.disk.latency.nanoseconds(),
      memory.disk.transfer.nanoseconds());
  if (shortage.replacement.allocation != FrameAllocation::free)
    text += fmt::format(" allocation {}", static_cast<unsigned>(shortage.replacement.allocation));
  if (main.huge_pages == HugePagePolicy::never) return text;
  const HugePageScanConfig& scan = main.huge_page_scan;
  return text + fmt::format(" transparent_hugepage {} khugepaged {} {} {}", static_cast<unsigned>(main.huge_pages),
                            scan.scan_sleep.nanoseconds(), scan.pages_to_scan, scan.max_ptes_none);
}

}  // namespace signalbox
