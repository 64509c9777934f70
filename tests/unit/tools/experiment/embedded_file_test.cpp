#include "tools/experiment/embedded_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace signalbox::embedded_file_test {

std::string text_of(const std::string& path) {
  std::ifstream in(std::string(SIGNALBOX_SOURCE_DIR) + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(EmbeddedFile, HoldsItsFileByteForByte) {
  for (const EmbeddedFile& file : shipped_scenarios()) {
    EXPECT_EQ(file.text, text_of("/workloads/scenarios/" + std::string(file.name))) << file.name;
  }
  for (const EmbeddedFile& file : shipped_machines()) {
    EXPECT_EQ(file.text, text_of("/tools/experiment/machines/" + std::string(file.name))) << file.name;
  }
}

TEST(EmbeddedFile, NoScenarioIsForgotten) {
  std::set<std::string> there;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(SIGNALBOX_SOURCE_DIR) + "/workloads/scenarios")) {
    if (entry.path().extension() != ".md") there.insert(entry.path().filename());
  }
  std::set<std::string> shipped;
  for (const EmbeddedFile& file : shipped_scenarios()) shipped.emplace(file.name);
  EXPECT_EQ(shipped, there);
}

TEST(EmbeddedFile, StemIsTheNameWithoutItsEnding) {
  EXPECT_EQ(stem({.name = "server-2x32.toml", .text = {}}), "server-2x32");
}

}  // namespace signalbox::embedded_file_test
