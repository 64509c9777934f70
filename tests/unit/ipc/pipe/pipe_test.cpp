#include "ipc/pipe/pipe.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_rig.hpp"
#include "tests/support/scripted_current.hpp"

// pipe(7), fifo(7)
namespace signalbox::pipe_test {

struct PipeRig {
  ScriptedCurrent current;
  std::shared_ptr<UserQuota> quota = std::make_shared<UserQuota>(100);
  boost::intrusive_ptr<Pipe> pipe = new Pipe({.user = UserId(7)}, quota);
  OpenFileRef in = new OpenFile(pipe, o_rdonly, "pipe:");
  OpenFileRef out = new OpenFile(pipe, o_wronly, "pipe:");

  PipeRig() { pipe->open_ends(*in, *out); }
  Result<std::size_t> write(std::string_view text) {
    TestBytes bytes(text);
    return out->write(current, bytes);
  }
  std::string read(std::size_t most) {
    TestBytes bytes(most, most);
    const Result<std::size_t> moved = in->read(current, bytes);
    return moved.has_value() ? bytes.text().substr(0, *moved) : "!" + std::string(errno_name(moved.error()));
  }
};

TEST(Pipe, ABlockedWriteThatIsInterruptedAnswersWhatWentIn) {
  PipeRig rig;
  EXPECT_EQ(rig.write(std::string(70'000, 'a')).value(), 65'536U);  // the rig's sleeps are interrupted
  EXPECT_EQ(rig.current.sleeps, 1);
  EXPECT_EQ(rig.write("b").error(), Errno::eintr);
  EXPECT_EQ(rig.read(70'000).size(), 65'536U);
  EXPECT_EQ(rig.read(1), "!EINTR");
}

TEST(Pipe, AWriterWhoseReadersLeaveMeanwhileGetsSigpipeAndTheCount) {
  PipeRig rig;
  rig.current.while_asleep = [&] {
    rig.in.reset();
    return WakeReason::woken;
  };
  EXPECT_EQ(rig.write(std::string(70'000, 'a')).value(), 65'536U);
  EXPECT_EQ(rig.current.raised, Signal::sigpipe);
  EXPECT_EQ(rig.write("b").error(), Errno::epipe);
}

TEST(Pipe, AWriteGoesOnAsReadersMakeRoom) {
  PipeRig rig;
  std::string got;
  rig.current.while_asleep = [&] {
    got += rig.read(5'000);
    return WakeReason::woken;
  };
  std::string sent;
  for (int i = 0; i < 100'000; ++i) sent += static_cast<char>('a' + i % 23);
  EXPECT_EQ(rig.write(sent).value(), sent.size());
  rig.out.reset();
  for (std::string more = rig.read(7'777); !more.empty(); more = rig.read(7'777)) got += more;
  EXPECT_EQ(got, sent);
}

TEST(Pipe, WhatTheReaderCannotTakeStays) {
  PipeRig rig;
  EXPECT_EQ(rig.write("abcdef").value(), 6U);
  TestBytes bad(6, 3);
  EXPECT_EQ(refused(rig.in->read(rig.current, bad)), Errno::efault);
  EXPECT_EQ(rig.read(6), "abcdef");
}

TEST(Pipe, BytesThatAreAbsentAreWaitedFor) {
  PipeRig rig;
  TestBytes from(std::string(6'000, 'x'));
  from.make_absent_from(1'000);
  EXPECT_EQ(rig.out->write(rig.current, from).value(), 6'000U);
  EXPECT_GT(from.made_present, 0);
  TestBytes to(6'000, 6'000);
  to.make_absent_from(10);
  EXPECT_EQ(rig.in->read(rig.current, to).value(), 6'000U);
  EXPECT_EQ(to.text(), std::string(6'000, 'x'));
}

TEST(Pipe, ItsPagesCountAsItsOwnersWhileItIsOpen) {
  PipeRig rig;
  EXPECT_EQ(rig.quota->of(UserId(7)), 16U);
  EXPECT_EQ(rig.pipe->set_pipe_bytes(32 * 4096, Privilege::none).value(), 32U * 4096);
  EXPECT_EQ(rig.quota->of(UserId(7)), 32U);
  EXPECT_EQ(refused(rig.pipe->set_pipe_bytes(128 * 4096, Privilege::none)), Errno::eperm);  // beyond the quota
  EXPECT_EQ(refused(rig.pipe->set_pipe_bytes(2'000'000, Privilege::none)), Errno::eperm);
  EXPECT_EQ(refused(rig.pipe->set_pipe_bytes(0x8000'0001, Privilege::resources)), Errno::einval);
  EXPECT_EQ(rig.pipe->set_pipe_bytes(2'000'000, Privilege::resources).value(), 2'097'152U);
  rig.in.reset();
  rig.out.reset();
  EXPECT_EQ(rig.quota->of(UserId(7)), 0U);
}

TEST(Pipe, WhoHasTooManyGetsSmallOnes) {
  PipeRig rig;
  rig.quota->add(UserId(7), 80);
  const boost::intrusive_ptr<Pipe> small = new Pipe({.user = UserId(7)}, rig.quota);
  const OpenFileRef both = new OpenFile(small, o_rdwr, "fifo");
  ASSERT_TRUE(small->opened(rig.current, *both).has_value());
  EXPECT_EQ(small->pipe_bytes().value(), 2U * 4096);
}

TEST(Pipe, AFifosEndThatIsInterruptedWhileItWaitsCountsNoMore) {
  ScriptedCurrent current;
  const boost::intrusive_ptr<Pipe> fifo = new Pipe({}, std::make_shared<UserQuota>(100));
  OpenFileRef reader = new OpenFile(fifo, o_rdonly, "fifo");
  EXPECT_EQ(refused(fifo->opened(current, *reader)), Errno::eintr);
  reader.reset();
  const OpenFileRef writer = new OpenFile(fifo, o_wronly | o_nonblock, "fifo");
  EXPECT_EQ(refused(fifo->opened(current, *writer)), Errno::enxio);
}

TEST(Pipe, AnOpenThatWaitsIsSatisfiedByOneThatHasGoneAgain) {
  ScriptedCurrent current;
  const boost::intrusive_ptr<Pipe> fifo = new Pipe({}, std::make_shared<UserQuota>(100));
  const OpenFileRef reader = new OpenFile(fifo, o_rdonly, "fifo");
  current.while_asleep = [&] {
    const OpenFileRef writer = new OpenFile(fifo, o_wronly, "fifo");
    EXPECT_TRUE(fifo->opened(current, *writer).has_value());
    return WakeReason::woken;
  };
  EXPECT_TRUE(fifo->opened(current, *reader).has_value());
  EXPECT_EQ(fifo->readiness(*reader), poll_hup);
}

}  // namespace signalbox::pipe_test
