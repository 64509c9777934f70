#include "tools/export/thread_labels.hpp"

#include <gtest/gtest.h>

#include "tests/support/trace_script.hpp"

namespace signalbox::thread_labels_test {

class Labels final : public TraceSink {
 public:
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override {
    for (const TraceEvent& event : batch) {
      if (event.kind == TraceKind::thread_created) table.created(event, names);
      if (event.kind == TraceKind::thread_renamed) table.renamed(event, names);
      if (event.kind == TraceKind::thread_attributes) table.attributes(event);
    }
  }

  ThreadLabels table;
};

TEST(ThreadLabels, NamesAreCutAt15BytesAndTamed) {
  Labels labels;
  TraceScript script{&labels};
  script.create(0, 2, 2, "0123456789abcdefg");
  script.create(0, 3, 3, "two\nlines");
  script.create(0, 4, 4, "");
  script.flush();
  EXPECT_EQ(labels.table[Tid(2)].comm_text(), "0123456789abcde");
  EXPECT_EQ(labels.table[Tid(3)].comm_text(), "two?lines");
  EXPECT_EQ(labels.table[Tid(4)].comm_text(), "<...>");
  EXPECT_EQ(labels.table[Tid(0)].comm_text(), "swapper");
  script.rename(1, 2, "new");
  script.flush();
  EXPECT_EQ(labels.table[Tid(2)].comm_text(), "new");
}

TEST(ThreadLabels, PrioritiesAreTheKernels) {
  Labels labels;
  TraceScript script{&labels};
  for (int tid = 2; tid <= 7; ++tid) script.create(0, tid, tid, "t");
  script.attributes(0, 3, 0, 15, 39);     // nice 19
  script.attributes(0, 4, 3, 88'761, 0);  // batch, nice -20
  script.attributes(0, 5, 1, 1'024, 99);  // SCHED_FIFO 99
  script.attributes(0, 6, 2, 1'024, 1);   // SCHED_RR 1
  script.attributes(0, 7, 6, 1'024, 20);  // SCHED_DEADLINE
  script.flush();
  EXPECT_EQ(labels.table[Tid(2)].priority, 120);
  EXPECT_EQ(labels.table[Tid(3)].priority, 139);
  EXPECT_EQ(labels.table[Tid(4)].priority, 100);
  EXPECT_EQ(labels.table[Tid(5)].priority, 0);
  EXPECT_EQ(labels.table[Tid(6)].priority, 98);
  EXPECT_EQ(labels.table[Tid(7)].priority, -1);
}

TEST(ThreadLabels, KnowsOnlyWhoWasCreated) {
  Labels labels;
  TraceScript script{&labels};
  script.create(0, 5, 5, "t");
  script.flush();
  EXPECT_TRUE(labels.table.knows(Tid(5)));
  EXPECT_FALSE(labels.table.knows(Tid(1)));
  EXPECT_FALSE(labels.table.knows(Tid(6)));
}

}  // namespace signalbox::thread_labels_test
