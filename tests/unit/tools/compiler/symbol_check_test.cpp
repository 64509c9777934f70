#include "tools/compiler/symbol_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signalbox::symbol_check_test {

TEST(SymbolCheck, ReadsListsAndNm) {
  EXPECT_THAT(parse_pure_functions("# words\nmemcpy strlen\n\nsqrt\n"),
              testing::ElementsAre("memcpy", "sqrt", "strlen"));
  EXPECT_THAT(undefined_symbols("                 U memcpy@GLIBC_2.14\n                 w popen\n"),
              testing::ElementsAre("memcpy", "popen"));
  const std::string nm = "/t/0-a.o:                 U sbx_printf\n/t/1-b.o:                 U popen\n";
  EXPECT_EQ(object_that_needs(nm, "popen"), "/t/1-b.o");
  EXPECT_EQ(object_that_needs(nm, "system"), "");
}

}  // namespace signalbox::symbol_check_test
