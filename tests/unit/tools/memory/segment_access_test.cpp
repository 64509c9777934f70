#include "tools/memory/segment_access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/error_of.hpp"
#include "tests/support/host_text.hpp"

namespace signalbox::segment_access_test {
namespace {

using ::testing::HasSubstr;

struct Tables {
  explicit Tables(const std::string& gdt, const std::string& ldt = "1 data 0 0")
      : tables(ram, parse_segments(gdt, "gdt"), parse_segments(ldt, "ldt")) {}

  SegmentAnswer use(std::uint16_t selector, std::uint32_t offset, Access access = Access::read,
                    SegmentRegister reg = SegmentRegister::data) {
    return use_segment(tables,
                       {.selector = SegmentSelector::of(selector), .offset = offset, .access = access, .reg = reg});
  }

  TableRam ram{1};
  SegmentTables tables;
};

TEST(SegmentAccess, EveryCheckIsShown) {
  Tables on("4 data 0x400000 0xfff dpl=3");
  EXPECT_EQ(segment_report(on.use(0x23, 0x10)),
            "selector 0x23 = GDT entry 4, RPL 3\n"
            "  GDT [4] at 0x20: 0x0040f24000000fff  base 0x400000, limit 0xfff, data, writable, DPL 3\n"
            "  ok  the selector is not null\n"
            "  ok  entry 4 is one of the GDT's 5\n"
            "  ok  DS holds data, or code that is readable\n"
            "  ok  max(CPL 3, RPL 3) <= DPL 3\n"
            "  ok  the segment is present (P is 1)\n"
            "  ok  the segment may be read\n"
            "  ok  last byte 0x10 <= limit 0xfff\n"
            "linear 0x400010 = base 0x400000 + offset 0x10\n");
}

// memory.md 4.2: offset > limit is #GP, of the stack #SS; not present is #NP; expand-down inverts the limit.
TEST(SegmentAccess, Faults) {
  Tables on(
      "1 data 0 0xff dpl=3\n2 data 0 0xff dpl=3 absent\n3 data 0 0xff dpl=3 expand-down\n4 data 0 0xff dpl=2\n"
      "5 code 0 0xff dpl=3 execute-only\n6 0");
  const auto fault = [&on](std::uint16_t selector, std::uint32_t offset, Access access = Access::read,
                           SegmentRegister reg = SegmentRegister::data) {
    const SegmentAnswer answer = on.use(selector, offset, access, reg);
    EXPECT_EQ(answer.linear.has_value(), !answer.fault.has_value());
    return answer.fault ? fault_name(*answer.fault) : "none";
  };
  EXPECT_EQ(fault(0x0b, 0xff), "none");
  EXPECT_EQ(fault(0x0b, 0x100), "#GP(0x0)");
  EXPECT_EQ(fault(0x0b, 0x100, Access::read, SegmentRegister::stack), "#SS(0x0)");
  EXPECT_EQ(fault(0x13, 0), "#NP(0x10)");
  EXPECT_EQ(fault(0x13, 0, Access::read, SegmentRegister::stack), "#SS(0x10)");
  EXPECT_EQ(fault(0x1b, 0xff), "#GP(0x0)");
  EXPECT_EQ(fault(0x1b, 0x100), "none");
  EXPECT_EQ(fault(0x23, 0), "#GP(0x20)") << "max(3, 3) > 2";
  EXPECT_EQ(fault(0x2b, 0), "#GP(0x28)") << "code that cannot be read is no data";
  EXPECT_EQ(fault(0x2b, 0, Access::execute, SegmentRegister::code), "none");
  EXPECT_EQ(fault(0x33, 0), "#GP(0x30)") << "a system segment";
  EXPECT_EQ(fault(0, 0), "#GP(0x0)");
  EXPECT_EQ(fault(0x3b, 0), "#GP(0x38)") << "beyond the table";
  EXPECT_EQ(fault(0x0f, 0), "#GP(0xc)") << "DPL 0 of the LDT";
}

// The checks that people read say what the processor does, whatever the descriptor.
TEST(SegmentAccess, ChecksAgreeWithTheProcessor) {
  rc::check([] {
    TableRam ram(1);
    const auto bits = *rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t any) {
      return any & 0x00f0'ff00'0000'0fff;  // a small base and limit, so that offsets are inside as often as not
    });
    const std::vector<SegmentRow> rows{{3, bits}};
    const SegmentTables tables(ram, rows, {});
    SegmentRequest request;
    request.selector = {.index = static_cast<std::uint16_t>(*rc::gen::inRange(0, 5)),
                        .requested_privilege = static_cast<std::uint8_t>(*rc::gen::inRange(0, 4))};
    request.offset = static_cast<std::uint32_t>(*rc::gen::inRange(0, 0x2000));
    request.bytes = static_cast<std::uint32_t>(*rc::gen::inRange(1, 9));
    request.access = *rc::gen::element(Access::read, Access::write, Access::execute);
    request.reg = *rc::gen::element(SegmentRegister::code, SegmentRegister::stack, SegmentRegister::data);
    request.privilege = static_cast<std::uint8_t>(*rc::gen::inRange(0, 4));
    const SegmentAnswer answer = use_segment(tables, request);
    const bool passed = std::ranges::all_of(answer.checks, &SegmentCheck::passed);
    RC_ASSERT(passed == answer.linear.has_value());
    for (std::size_t i = 0; i + 1 < answer.checks.size(); ++i) RC_ASSERT(answer.checks[i].passed);
    for (const std::string& line : lines_of(segment_report(answer))) RC_ASSERT(line.size() <= 100U);
  });
}

TEST(SegmentAccess, LogicalAddressesAreHexadecimal) {
  const SegmentRequest request = parse_logical("0x2f:1000", "ADDR");
  EXPECT_EQ(request.selector,
            (SegmentSelector{.index = 5, .table = SegmentSelector::Table::ldt, .requested_privilege = 3}));
  EXPECT_EQ(request.offset, 0x1000U);
  EXPECT_EQ(parse_logical("23", "ADDR").offset, 0U);
  EXPECT_EQ(selector_text(request.selector), "selector 0x2f = LDT entry 5, RPL 3");
  for (const char* wrong : {"", ":", "23:", ":10", "10000:0", "23:100000000", "x:0"}) {
    EXPECT_THAT(error_of([wrong] { parse_logical(wrong, "ADDR"); }), HasSubstr("ADDR:1:")) << wrong;
  }
}

}  // namespace
}  // namespace signalbox::segment_access_test
