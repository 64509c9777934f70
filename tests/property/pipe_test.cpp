// A pipe under any sequence of non-blocking writes and reads against the simplest model of one: a queue of bytes.
#include "ipc/pipe/pipe.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/file_rig.hpp"

namespace signalbox::pipe_test {

struct Step {
  bool writes;
  std::size_t bytes;
};

rc::Gen<Step> any_step() {
  const auto size = rc::gen::oneOf(rc::gen::inRange<std::size_t>(1, 64), rc::gen::inRange<std::size_t>(1, 5'000),
                                   rc::gen::inRange<std::size_t>(4'096, 100'000));
  return rc::gen::map(rc::gen::pair(rc::gen::arbitrary<bool>(), size),
                      [](const auto& drawn) { return Step{drawn.first, drawn.second}; });
}

RC_GTEST_PROP(PipeModel, NoByteIsLostDuplicatedOrReordered, ()) {
  IdleCurrent current;
  const boost::intrusive_ptr<Pipe> pipe = new Pipe({}, std::make_shared<UserQuota>(1'000));
  const OpenFileRef in = new OpenFile(pipe, o_rdonly | o_nonblock, "pipe:");
  const OpenFileRef out = new OpenFile(pipe, o_wronly | o_nonblock, "pipe:");
  pipe->open_ends(*in, *out);
  std::string held;
  char next = 'a';
  for (const Step& step : *rc::gen::container<std::vector<Step>>(any_step())) {
    if (step.writes) {
      std::string text(step.bytes, '\0');
      for (char& letter : text) letter = next = static_cast<char>(next == 'z' ? 'a' : next + 1);
      const bool had_room = (pipe->readiness(*out) & poll_out) != 0;
      TestBytes bytes(text);
      const Result<std::size_t> moved = out->write(current, bytes);
      const std::size_t went = moved.value_or(0);
      held += text.substr(0, went);
      if (went < text.size()) next = went > 0 ? text[went - 1] : static_cast<char>(text[0] == 'a' ? 'z' : text[0] - 1);
      if (!moved.has_value()) RC_ASSERT(moved.error() == Errno::eagain);
      if (had_room) RC_ASSERT(went > 0);
      if (step.bytes <= PipeRing::page_bytes) RC_ASSERT(went == 0 || went == step.bytes);
      RC_ASSERT(held.size() <= 65'536);
    } else {
      TestBytes bytes(step.bytes, step.bytes);
      const Result<std::size_t> moved = in->read(current, bytes);
      const std::size_t expected = std::min(step.bytes, held.size());
      RC_ASSERT(moved.has_value() == (expected > 0));
      RC_ASSERT(moved.value_or(0) == expected);
      RC_ASSERT(bytes.text().substr(0, expected) == held.substr(0, expected));
      held.erase(0, expected);
    }
    RC_ASSERT(pipe->unread_bytes(*in).value() == held.size());
    RC_ASSERT(((pipe->readiness(*in) & poll_in) != 0) == !held.empty());
  }
}

}  // namespace signalbox::pipe_test
