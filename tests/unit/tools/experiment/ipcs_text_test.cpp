#include "tools/experiment/ipcs_text.hpp"

#include <gtest/gtest.h>

#include "tests/support/ipc_machine.hpp"

namespace signalbox::ipcs_text_test {

namespace nr = call_number;

// As ipcs of util-linux 2.38 printed the same objects of the host, but for identifiers and shared memory.
TEST(IpcsText, HasTheColumnsOfIpcs) {
  in_ipc([](Caller& caller) {
    EXPECT_EQ(ipcs_text(caller.kernel()),
              "\n------ Message Queues --------\n"
              "key        msqid      owner      perms      used-bytes   messages    \n"
              "\n------ Semaphore Arrays --------\n"
              "key        semid      owner      perms      nsems     \n\n");
    const std::int64_t queue = call(caller, nr::msgget, 0xda241295, 01644);
    EXPECT_EQ(call(caller, nr::semget, 0x245fb2f0, 3, 01644), 0);
    struct {
      std::int64_t type = 5;
      char text[4] = "abc";
    } message;
    EXPECT_EQ(call(caller, nr::msgsnd, queue, &message, 3, 0), 0);
    EXPECT_EQ(ipcs_text(caller.kernel()),
              "\n------ Message Queues --------\n"
              "key        msqid      owner      perms      used-bytes   messages    \n"
              "0xda241295 0          root       644        3            1           \n"
              "\n------ Semaphore Arrays --------\n"
              "key        semid      owner      perms      nsems     \n"
              "0x245fb2f0 0          root       644        3         \n\n");
  });
}

}  // namespace signalbox::ipcs_text_test
