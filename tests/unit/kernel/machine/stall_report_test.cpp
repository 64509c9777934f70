#include "kernel/machine/stall_report.hpp"

#include <gtest/gtest.h>

#include "kernel/fs/open_file.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::stall_report_test {

TEST(StallReport, TellsWhoWaitsForWhatSinceWhen) {
  MachineFixture fixture;
  TraceLog& names = fixture.simulation().trace();
  WaitQueue fork_queue(WaitLabel{WaitKind::mutex, names.intern("fork 1")});
  ThreadRequest request = MachineFixture::request_of([&](Caller& caller) {
    sleep_for(caller, 3_ms);
    caller.sleep_on(fork_queue);
  });
  request.name = names.intern("thinker");
  const Process& thinker = fixture.spawn(std::move(request));
  const Process& parent = fixture.spawn([](Caller& caller) {
    fork(caller, [](Caller& child) { child.sleep_until(Instant::max()); });
    compute(caller, 1_ms);
    call(caller, call_number::wait4, -1, nullptr, 0, nullptr);
  });
  EXPECT_EQ(fixture.run(), RunEnd::deadlock);

  const StallReport report = fixture.machine().stall_report();
  EXPECT_EQ(report.when, Instant() + 3_ms);
  ASSERT_EQ(report.threads.size(), 3U);
  const StalledThread& first = report.threads[0];
  EXPECT_EQ(first.thread.value(), thinker.pid.value());
  EXPECT_EQ(first.process, thinker.pid);
  EXPECT_EQ(first.name, "thinker");
  EXPECT_EQ(first.kind, WaitKind::mutex);
  EXPECT_EQ(first.object, "fork 1");
  EXPECT_EQ(first.since, Instant() + 3_ms);
  EXPECT_EQ(report.threads[1].process, parent.pid);
  EXPECT_EQ(report.threads[1].kind, WaitKind::child);
  EXPECT_EQ(report.threads[1].since, Instant() + 1_ms);
  EXPECT_EQ(report.threads[1].object, "");
  EXPECT_EQ(report.threads[2].kind, WaitKind::time);
  fixture.destroy();
}

// A file at which everybody waits.
class SilentFile final : public File {
 public:
  SilentFile() : File(FileKind::fifo, {}) {}
  Result<std::size_t> read(Current& current, UserBytes&, const Place&) override {
    current.sleep_on(data_);
    return std::size_t{0};
  }

 private:
  WaitQueue data_{WaitLabel{WaitKind::data, NameId()}};
};

TEST(StallReport, TellsWhoseDescriptorsCouldEndAWaitForData) {
  MachineFixture fixture;
  const Process& reader = fixture.spawn([](Caller& caller) {
    const FileRef file = new SilentFile;
    DescriptorTable& table = caller.process().descriptors;
    static_cast<void>(table.add(new OpenFile(file, o_rdonly, ""), DescriptorTable::OnExec::keep, 9));
    static_cast<void>(table.add(new OpenFile(file, o_wronly, ""), DescriptorTable::OnExec::keep, 9));
    fork(caller, [](Caller& child) {
      call(child, call_number::dup, 4);
      child.sleep_until(Instant::max());
    });
    sleep_for(caller, 1_ms);
    call(caller, call_number::read, 3, 0, 0);
  });
  EXPECT_EQ(fixture.run(), RunEnd::deadlock);
  const StalledThread first = fixture.machine().stall_report().threads.front();
  EXPECT_EQ(first.process, reader.pid);
  EXPECT_EQ(first.kind, WaitKind::data);
  EXPECT_EQ(first.object, "(write ends: itself fd 4, pid 3 fd 4, pid 3 fd 5)");
  fixture.destroy();
}

TEST(StallReport, WhoRunsOrIsReadyIsNotInIt) {
  MachineFixture fixture;
  fixture.spawn([](Caller& caller) { compute(caller, 10_ms); });
  fixture.spawn([](Caller& caller) { compute(caller, 10_ms); });
  EXPECT_EQ(fixture.run(Instant() + 5_ms), RunEnd::until);
  EXPECT_TRUE(fixture.machine().stall_report().threads.empty());
}

}  // namespace signalbox::stall_report_test
