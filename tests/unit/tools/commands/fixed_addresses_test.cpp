#include "tools/commands/fixed_addresses.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/test_folder.hpp"

namespace signalbox::fixed_addresses_test {

// That the addresses of programs are the same in every run is in tests/unit/tools/main_test.cpp, which starts them.
TEST(FixedAddresses, WithoutAProgramNothingHappens) {
  const TestFolder folder;
  const std::string text = folder.write("scenario.json", "{}");
  const std::array words{"signalbox", "run", text.c_str(), "no such file"};
  fix_addresses(static_cast<int>(words.size()), words.data());
  fix_addresses(1, words.data());
  SUCCEED() << "this process is still the one that began";
}

}  // namespace signalbox::fixed_addresses_test
