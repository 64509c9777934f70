#include "tools/experiment/cpu_list.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signalbox::cpu_list_test {

TEST(CpuList, ReadsWhatItWrites) {
  for (const char* const text : {"0", "0-3", "0-3,6", "1,3,5", "63-64,1023"}) {
    EXPECT_EQ(cpu_list_text(read_cpu_list(text, ',', max_cpus), ','), text);
  }
  EXPECT_EQ(cpu_list_text(CpuMask(), ','), "");
}

TEST(CpuList, NeighboursAndRepetitionsAreJoined) {
  EXPECT_EQ(cpu_list_text(read_cpu_list("3+1-2+2", '+', 8), '+'), "1-3");
}

TEST(CpuList, WhatIsWantedNamesCpusThatThereAre) {
  EXPECT_EQ(cpu_list_wanted(',', 1), "0, the only CPU");
  EXPECT_EQ(cpu_list_wanted(',', 2), "a list of CPUs, such as 1 or 0-1");
  EXPECT_EQ(cpu_list_wanted(',', 3), "a list of CPUs up to 2, such as 2 or 0-1,2");
  EXPECT_EQ(cpu_list_wanted('+', 64), "a list of CPUs up to 63, such as 2 or 0-3+6");
}

TEST(CpuList, SaysWhereItIsWrong) {
  const auto error_at = [](const char* text) {
    try {
      read_cpu_list(text, ',', 4);
    } catch (const CpuListError& error) {
      return static_cast<int>(error.at);
    }
    return -1;
  };
  EXPECT_EQ(error_at("0,4"), 2);
  EXPECT_EQ(error_at("0-"), 2);
  EXPECT_EQ(error_at("0,"), 2);
  EXPECT_EQ(error_at("2,1-0"), 2);
  EXPECT_EQ(error_at("-1"), 0);
  EXPECT_EQ(error_at("99999999999"), 0);
  EXPECT_EQ(error_at("0-3"), -1);
}

}  // namespace signalbox::cpu_list_test
