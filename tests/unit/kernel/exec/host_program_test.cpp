#include "kernel/exec/host_program.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

#include "tests/support/test_folder.hpp"

namespace signalbox::host_program_test {

TEST(HostProgram, EachLoadOfAFileHasItsOwnData) {
  const TestFolder folder;
  const std::string source =
      folder.write("p.c", "__thread int t = 3; int value = 5; int use(void) { return t + value; }");
  const std::string path = folder.path("p.so");
  ASSERT_EQ(std::system(("gcc -shared -fPIC -nostdlib " + source + " -o " + path).c_str()), 0);
  const HostProgram one(path);
  const HostProgram two(path);
  auto* const first = static_cast<int*>(one.symbol("value"));
  auto* const second = static_cast<int*>(two.symbol("value"));
  ASSERT_NE(first, second);
  *first = 9;
  EXPECT_EQ(*second, 5);
  const auto* const at = reinterpret_cast<const std::byte*>(first);
  EXPECT_TRUE(at >= one.data().data() && at < one.data().data() + one.data().size());
  EXPECT_TRUE(at >= one.whole().data() && at < one.whole().data() + one.whole().size());
  EXPECT_EQ(one.thread_variables().bytes, sizeof(int));
  EXPECT_EQ(one.symbol("nothing"), nullptr);
}

TEST(HostProgram, ACopyForDebuggersIsThereAsLongAsItIsLoaded) {
  const TestFolder folder;
  const std::string path = folder.path("p.so");
  const std::string source = folder.write("p.c", "int value = 5;");
  ASSERT_EQ(std::system(("gcc -shared -fPIC -nostdlib " + source + " -o " + path).c_str()), 0);
  const std::string copies = folder.path("copies");
  const auto files = [&] {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(copies))
      count += entry.path().filename() == "p.so";
    return count;
  };
  {
    const HostProgram one(path, copies);
    const HostProgram two(path, copies);
    EXPECT_NE(one.symbol("value"), two.symbol("value"));
    EXPECT_EQ(files(), 2U);
  }
  EXPECT_EQ(files(), 0U);
}

TEST(HostProgram, WhatTheHostRefusesIsSaid) {
  const TestFolder folder;
  EXPECT_THROW(HostProgram(folder.path("none")), std::runtime_error);
  EXPECT_THROW(HostProgram(folder.write("text", "no program")), std::runtime_error);
}

}  // namespace signalbox::host_program_test
