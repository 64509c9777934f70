#include "tools/commands/terminal_file.hpp"

#include <gtest/gtest.h>

#include "tests/support/memory_machine.hpp"

namespace signalbox::terminal_file_test {

TEST(TerminalFile, IsACharacterDeviceWithoutPlacesThatTakesWhatIsWritten) {
  in_a_process([](Caller& caller) {
    terminal_streams(TerminalOutput::both)(caller.process());
    const auto file = caller.process().descriptors.get(Fd(1));
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ((*file)->file().kind(), FileKind::character_device);
    EXPECT_FALSE((*file)->has_places());
    EXPECT_TRUE((*file)->can_read() && (*file)->can_write());
    EXPECT_NE(&(*file)->file(), &(*caller.process().descriptors.get(Fd(2)))->file());
  });
}

}  // namespace signalbox::terminal_file_test
