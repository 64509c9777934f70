#include "workloads/posix/program_family.hpp"

#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"
#include "tests/support/error_of.hpp"

namespace signalbox::program_family_test {

TEST(ProgramFamily, EachLoadIsAnImageOfItsOwn) {
  const TestFolder folder;
  const std::string path = compile_c(folder, "p", "__thread int x = 7; int y = 1; int main(void) { return x + y; }");
  const auto world = std::make_shared<ProgramWorld>(folder.path(""));
  const ProgramFamily one(path, world);
  const ProgramFamily two(path, world);
  EXPECT_NE(&one.header(), &two.header());
  EXPECT_EQ(one.header().version, SIGNALBOX_IMAGE_VERSION);
  EXPECT_EQ(one.header().tls_filled, sizeof(int));
  EXPECT_FALSE(one.program().data().empty());
}

TEST(ProgramFamily, AFileThatIsNoImageIsRefused) {
  const TestFolder folder;
  const auto world = std::make_shared<ProgramWorld>(folder.path(""));
  const std::string path = folder.write("x",
                                        "\x7f"
                                        "ELF and nothing behind it");
  EXPECT_NE(error_of([&] { const ProgramFamily family(path, world); }).find("this host does not load it"),
            std::string::npos);
}

TEST(ProgramFamily, IsNotBegunWhereTheHostHasNoMappingsForIt) {
  const TestFolder folder;
  const std::string path = compile_c(folder, "p", "int main(void) { return 0; }");
  const auto world = std::make_shared<ProgramWorld>(folder.path(""));
  world->mappings().replace(0, HostMappings::most);
  EXPECT_THROW(ProgramFamily(path, world), std::bad_alloc);
  world->mappings().replace(HostMappings::most, 0);
  EXPECT_NO_THROW(ProgramFamily(path, world));
}

}  // namespace signalbox::program_family_test
