#include "tools/memory/reference_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/test_folder.hpp"

namespace signalbox::reference_text_test {
namespace {

TEST(ReferenceText, ReadsPagesWritesAndComments) {
  const std::vector<PageReference> expected{{7, false}, {0, true}, {0x1f, false}, {0x1f, true}};
  EXPECT_EQ(parse_references("7, 0w # the first\n0x1f\t0x1fw\r\n", "f"), expected);
}

TEST(ReferenceText, NamesTheBadWord) {
  EXPECT_EQ(
      error_of([] { parse_references("1 2\n 3 -4", "f"); }),
      "f:2:4: error: \"-4\" is no page number; expected a page number such as 7 or 0x1f, with w behind it if it is "
      "written to");
  for (const char* text : {"1x", "0x", "w", "18446744073709551616", "1ww"}) {
    EXPECT_THAT(error_of([&] { parse_references(text, "f"); }), testing::StartsWith("f:1:1: error: ")) << text;
  }
}

TEST(ReferenceText, NothingIsAnError) {
  EXPECT_THAT(error_of([] { parse_references(" # 1 2\n", "f"); }),
              testing::StartsWith("f: error: there is no reference"));
}

TEST(ReferenceText, AnArgumentIsAFileIfThereIsOne) {
  const TestFolder folder;
  folder.write("refs", "3 4");
  EXPECT_EQ(read_references(folder.path("refs")), (std::vector<PageReference>{{3, false}, {4, false}}));
  EXPECT_EQ(read_references("5"), (std::vector<PageReference>{{5, false}}));
}

}  // namespace
}  // namespace signalbox::reference_text_test
