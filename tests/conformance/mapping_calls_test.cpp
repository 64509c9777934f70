// Beside the host's own kernel: the same calls at the same addresses, and the same errno of each. mmap(2), munmap(2),
// mprotect(2), mremap(2). Not here, because Linux has changed it since 6.1, which is emulated: write seals on shared
// mappings (6.7); of mremap (6.17) a range beyond one VMA that moves whole, lengths that differ within a page with
// mremap_dontunmap, and what is longer than the space.
#include "tests/support/memory_calls.hpp"

namespace signalbox::mapping_calls_test {

using namespace memory_calls;

// mm/mmap.c: do_mmap checks in this order, so each case has one more thing wrong than the next.
const std::vector<Case> mmap_cases{
    {"no length", {map(0, 0, rw, map_private | map_anonymous)}},
    {"no length and no descriptor", {map(0, 0, rw, map_private)}},
    {"no descriptor", {map(0, page, rw, map_private)}},
    {"unaligned offset and no descriptor", {map(0, page, rw, map_private, Source::none, 1)}},
    {"unaligned offset of anonymous memory", {map(0, page, rw, map_private | map_anonymous, Source::none, 1)}},
    {"any offset of anonymous memory", {map(0, page, rw, map_private | map_anonymous, Source::none, -page)}},
    {"length that wraps", {map(0, huge_bytes, rw, map_private | map_anonymous)}},
    {"length of the whole space", {map(0, top, rw, map_private | map_anonymous | map_noreserve)}},
    {"length beyond the space", {map(0, top + page, rw, map_private | map_anonymous | map_noreserve)}},
    {"length beyond the space, no type", {map(0, top + page, rw, map_anonymous)}},
    {"fixed, unaligned", {map(at(0) + 1, page, rw, fixed_private)}},
    {"fixed, unaligned, no type", {map(at(0) + 1, page, rw, map_anonymous | map_fixed)}},
    {"fixed, beyond the space", {map(top, page, rw, fixed_private)}},
    {"fixed, unaligned beyond the space", {map(top + 1, page, rw, fixed_private)}},
    {"fixed, too low", {map(0, page, rw, fixed_private)}},
    {"fixed, too low, no type", {map(0, page, rw, map_anonymous | map_fixed)}},
    {"noreplace over something", {pages(0, 4), pages(3, 5, rw, map_fixed_noreplace)}},
    {"noreplace over something, no type", {pages(0, 4), map(at(0), page, rw, map_anonymous | map_fixed_noreplace)}},
    {"noreplace beside something",
     {pages(0, 4), map(at(4), page, rw, map_private | map_anonymous | map_fixed_noreplace)}},
    {"hint that is taken", {pages(0, 4), map(at(1), page, rw, map_private | map_anonymous)}},
    {"no type", {map(0, page, rw, map_anonymous)}},
    {"no type of a file", {map(0, page, rw, 0, Source::read_write)}},
    {"type 4 of a file", {map(0, page, rw, 4, Source::read_write)}},
    {"anonymous, validated", {map(0, page, rw, map_shared_validate | map_anonymous)}},
    {"shared stack", {map(0, page, rw, map_shared | map_anonymous | map_growsdown)}},
    {"private stack", {map(0, page, rw, map_private | map_anonymous | map_growsdown)}},
    {"stack of a file", {map(0, page, rw, map_private | map_growsdown, Source::read_write)}},
    {"stack of a file that cannot be read", {map(0, page, rw, map_private | map_growsdown, Source::write_only)}},
    {"stack of a pipe", {map(0, page, rw, map_private | map_growsdown, Source::pipe)}},
    {"a pipe", {map(0, page, rw, map_private, Source::pipe)}},
    {"a pipe, shared", {map(0, page, rw, map_shared, Source::pipe)}},
    {"no type of a pipe", {map(0, page, rw, 0, Source::pipe)}},
    {"shared to write, opened to read", {map(0, page, rw, map_shared, Source::read_only)}},
    {"shared to read, opened to read", {map(0, page, prot_read, map_shared, Source::read_only)}},
    {"private to write, opened to read", {map(0, page, rw, map_private, Source::read_only)}},
    {"shared, opened to write", {map(0, page, prot_write, map_shared, Source::write_only)}},
    {"private, opened to write", {map(0, page, prot_none, map_private, Source::write_only)}},
    {"offset beyond the largest file", {map(0, page, rw, map_private, Source::read_write, std::uint64_t{1} << 63U)}},
    {"offset of the last page",
     {map(0, page, prot_read, map_private, Source::read_write, (std::uint64_t{1} << 63U) - 2 * page)}},
    {"offset that the length leads beyond",
     {map(0, 2 * page, prot_read, map_private, Source::read_write, (std::uint64_t{1} << 63U) - 2 * page)}},
    {"offset beyond, no type", {map(0, page, rw, 0, Source::read_write, std::uint64_t{1} << 63U)}},
    {"unknown flag", {map(0, page, rw, map_shared | 0x8000'0000, Source::read_write)}},
    {"unknown flag, validated", {map(0, page, rw, map_shared_validate | 0x8000'0000, Source::read_write)}},
    {"unknown flag, validated, opened to read",
     {map(0, page, rw, map_shared_validate | 0x8000'0000, Source::read_only)}},
    {"noreplace, validated", {map(at(0), page, rw, map_shared_validate | map_fixed_noreplace, Source::read_write)}},
    {"size of huge pages, validated", {map(0, page, rw, map_shared_validate | 21U << 26U, Source::read_write)}},
    {"huge pages of a file", {map(0, page, rw, map_private | map_hugetlb, Source::read_write)}},
    {"huge pages of no descriptor", {map(0, page, rw, map_private | map_hugetlb)}},
    {"huge pages, no length", {map(0, 0, rw, map_private | map_anonymous | map_hugetlb)}},
    {"huge pages of 8 bytes", {map(0, page, rw, map_private | map_anonymous | map_hugetlb | 3U << 26U)}},
    {"huge pages of 8 bytes, no length", {map(0, 0, rw, map_private | map_anonymous | map_hugetlb | 3U << 26U)}},
    {"locked up to the limit", {pages(0, 8, rw, map_locked), pages(8, 9, rw, map_locked)}},
    {"locked beyond the limit", {pages(0, 9, rw, map_locked)}},
    {"locked beyond the limit, no type", {map(at(0), 9 * page, rw, map_anonymous | map_fixed | map_locked)}},
    {"locked beyond the limit over what is locked", {pages(0, 8, rw, map_locked), pages(0, 8, rw, map_locked)}},
};

const std::vector<Case> munmap_cases{
    {"no length", {unmap(at(0), 0)}},
    {"a hole", {unmap(at(0), page)}},
    {"part of a page", {pages(0, 2), unmap(at(0), 1), protect(at(0), page, rw), protect(at(1), page, rw)}},
    {"unaligned", {pages(0, 2), unmap(at(0) + 1, page)}},
    {"unaligned, no length", {unmap(at(0) + 1, 0)}},
    {"beyond the space", {unmap(top, page)}},
    {"of nothing at the end of the space", {unmap(top, 0)}},
    {"length that wraps", {unmap(at(0), huge_bytes)}},
    {"length that wraps to 0", {unmap(0, huge_bytes)}},
};

const std::vector<Case> mprotect_cases{
    {"no length", {protect(at(0), 0, rw)}},
    {"no length, unaligned", {protect(at(0) + 1, 0, rw)}},
    {"no length, unknown rights", {protect(at(0), 0, 0x10)}},
    {"unaligned", {pages(0, 2), protect(at(0) + 1, 1, rw)}},
    {"both ways to grow", {pages(0, 2), protect(at(0), page, rw | prot_growsdown | prot_growsup)}},
    {"both ways to grow, no length", {protect(at(0), 0, prot_growsdown | prot_growsup)}},
    {"down, no stack", {pages(0, 2), protect(at(0), page, rw | prot_growsdown)}},
    {"down, a hole", {protect(at(0), page, rw | prot_growsdown)}},
    {"down, above the range", {pages(2, 3), protect(at(0), page, rw | prot_growsdown)}},
    {"down, of a stack", {pages(0, 4, rw, map_growsdown), protect(at(2), page, prot_read | prot_growsdown)}},
    {"up, no stack", {pages(0, 2), protect(at(0), page, rw | prot_growsup)}},
    {"up, a hole", {pages(1, 2), protect(at(0), page, rw | prot_growsup)}},
    {"unknown rights", {pages(0, 2), protect(at(0), page, 0x10)}},
    {"unknown rights of a hole", {protect(at(0), page, 0x10)}},
    {"unknown rights, length that wraps", {pages(0, 2), protect(at(0), huge_bytes, 0x10)}},
    {"PROT_SEM", {pages(0, 2), protect(at(0), page, rw | prot_sem)}},
    {"length that wraps", {pages(0, 2), protect(at(0), huge_bytes, rw)}},
    {"length that wraps to the beginning", {pages(0, 2), protect(at(0), -page, rw)}},
    {"a hole", {protect(at(0), page, rw)}},
    {"a hole at the end", {pages(0, 2), protect(at(0), 3 * page, prot_read)}},
    {"a hole in the middle", {pages(0, 1), pages(2, 3), protect(at(0), 3 * page, prot_read)}},
    {"to write what was opened to read, shared",
     {map(at(0), page, prot_read, map_shared | map_fixed, Source::read_only), protect(at(0), page, rw)}},
    {"to write what was opened to read, private",
     {map(at(0), page, prot_read, map_private | map_fixed, Source::read_only), protect(at(0), page, rw)}},
    {"a hole behind what may not be written",
     {map(at(0), page, prot_read, map_shared | map_fixed, Source::read_only), protect(at(0), 2 * page, rw)}},
};

constexpr std::uint64_t may_move = mremap_maymove;
constexpr std::uint64_t to_fixed = mremap_maymove | mremap_fixed;
constexpr std::uint64_t to_kept = mremap_maymove | mremap_dontunmap;
const std::vector<Case> mremap_cases{
    {"unknown flags", {pages(0, 4), remap(at(0), page, page, 8)}},
    {"fixed without moving", {pages(0, 4), remap(at(0), page, page, mremap_fixed, at(8))}},
    {"kept without moving", {pages(0, 4), remap(at(0), page, page, mremap_dontunmap, at(8))}},
    {"kept, but of another length", {pages(0, 4), remap(at(0), 2 * page, page, to_kept, at(8))}},
    {"unaligned", {pages(0, 4), remap(at(0) + 1, page, page)}},
    {"unaligned, of a hole", {remap(at(0) + 1, page, page)}},
    {"no new length", {pages(0, 4), remap(at(0), page, 0)}},
    {"no new length, of a hole", {remap(at(0), page, 0)}},
    {"new length that wraps", {pages(0, 4), remap(at(0), page, huge_bytes)}},
    {"a hole", {remap(at(0), page, 2 * page, may_move)}},
    {"a hole, of the same length", {remap(at(0), page, page)}},
    {"a hole, shrinking", {remap(at(0), 2 * page, page)}},
    {"to a fixed place that is unaligned", {pages(0, 4), remap(at(0), page, page, to_fixed, at(8) + 1)}},
    {"to a fixed place that is beyond", {pages(0, 4), remap(at(0), page, page, to_fixed, top)}},
    {"to a fixed place that is too low", {pages(0, 4), remap(at(0), page, page, to_fixed, 0)}},
    {"to a fixed place that overlaps", {pages(0, 4), remap(at(0), 2 * page, 2 * page, to_fixed, at(1))}},
    {"to itself", {pages(0, 4), remap(at(0), page, page, to_fixed, at(0))}},
    {"to a fixed place", {pages(0, 4), remap(at(0), page, page, to_fixed, at(8)), protect(at(0), page, rw)}},
    {"kept", {pages(0, 4), remap(at(0), page, page, to_kept), protect(at(0), page, rw)}},
    {"no old length, private", {pages(0, 4), remap(at(0), 0, page, may_move)}},
    {"no old length, shared", {shared_pages, remap(at(2), 0, 2 * page, may_move), protect(at(0), 4 * page, prot_read)}},
    {"no old length, shared, in place", {shared_pages, remap(at(2), 0, page)}},
    {"no old length, shared, to a fixed place", {shared_pages, remap(at(2), 0, 2 * page, to_fixed, at(8))}},
    {"shrinking", {pages(0, 4), remap(at(0), 4 * page, page), protect(at(0), page, rw), protect(at(1), page, rw)}},
    {"the same length", {pages(0, 4), remap(at(1), page, page)}},
    {"growing in place", {pages(0, 4), remap(at(0), 4 * page, 5 * page), protect(at(4), page, rw)}},
    {"growing into something", {pages(0, 4), pages(4, 5, prot_read), remap(at(0), 4 * page, 5 * page)}},
    {"growing from the middle", {pages(0, 4), remap(at(0), page, 2 * page)}},
    {"growing beyond the space", {pages(0, 4), remap(at(0), 4 * page, top)}},
    {"growing beyond one mapping", {pages(0, 4), remap(at(0), 5 * page, 6 * page)}},
    {"growing what is locked up to the limit", {pages(0, 7, rw, map_locked), remap(at(0), 7 * page, 8 * page)}},
    {"growing what is locked beyond the limit", {pages(0, 7, rw, map_locked), remap(at(0), 7 * page, 9 * page)}},
};

TEST(MappingCalls, Mmap) { expect_same(mmap_cases); }
TEST(MappingCalls, Munmap) { expect_same(munmap_cases); }
TEST(MappingCalls, Mprotect) { expect_same(mprotect_cases); }
TEST(MappingCalls, Mremap) { expect_same(mremap_cases); }

}  // namespace signalbox::mapping_calls_test
