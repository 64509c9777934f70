#include "tools/compiler/runtime_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace signalbox::runtime_files_test {

TEST(RuntimeFiles, AreBesideTheProgramThatRuns) {
  const RuntimeFiles files = find_runtime_files();
  for (const std::string& file : {files.archive, files.rename_map, files.linker_script, files.exports,
                                  files.pure_functions, files.edges_header}) {
    EXPECT_TRUE(std::filesystem::exists(file)) << file;
  }
}

}  // namespace signalbox::runtime_files_test
