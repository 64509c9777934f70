#include "ipc/sysv/sysv_namespace.hpp"

#include <gtest/gtest.h>

#include "tests/support/ipc_machine.hpp"

namespace signalbox::sysv_namespace_test {

namespace nr = call_number;

TEST(SysvNamespace, ProcessesUndoAtTheirEndAndObjectsStay) {
  in_ipc([](Caller& caller) {
    const std::int64_t set = call(caller, nr::semget, 77, 2, ipc_create | 0600);
    const SemaphoreOperation taken[]{{0, 5, semaphore_undo}, {1, 2, 0}};
    const std::int64_t child = fork(caller, [&](Caller& inner) {
      EXPECT_EQ(call(inner, nr::semop, set, &taken, 2), 0);
      EXPECT_EQ(call(inner, nr::msgget, 78, ipc_create | 0600), 0);
    });
    EXPECT_EQ(wait_for(caller, child), 0);
    SysvNamespace& objects = SysvNamespace::of(caller);
    EXPECT_EQ((*objects.semaphores.find(static_cast<std::int32_t>(set)))->value(0), 0);
    EXPECT_EQ((*objects.semaphores.find(static_cast<std::int32_t>(set)))->value(1), 2);
    EXPECT_EQ(objects.queues.count(), 1U);
    EXPECT_EQ(&objects, &SysvNamespace::of(caller));
  });
}

}  // namespace signalbox::sysv_namespace_test
