#include "kernel/base/check.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace signalbox::check_test {

class FixedContext final : public BugContext {
 public:
  explicit FixedContext(std::string text) : text_(std::move(text)) {}
  std::string describe() const override { return text_; }

 private:
  std::string text_;
};

class BuggyContext final : public BugContext {
 public:
  std::string describe() const override {
    CHECK(false, "describing fails too");
    return "unreachable";
  }
};

TEST(Check, HoldingConditionIsEvaluatedOnce) {
  int evaluations = 0;
  CHECK(++evaluations == 1, "one evaluation");
  EXPECT_EQ(evaluations, 1);
}

TEST(CheckDeathTest, FailureNamesConditionReasonAndPlace) {
  EXPECT_DEATH(CHECK(1 > 2, "numbers must be in order"), "bug: 1 > 2: numbers must be in order\n.*check_test\\.cpp:");
}

TEST(CheckDeathTest, FailurePrintsTheContext) {
  const FixedContext context("at 1.5 s on cpu 1 in thread 17 (worker)");
  const BugContextScope scope(context);
  EXPECT_DEATH(CHECK(false, "never"), "at 1.5 s on cpu 1 in thread 17 \\(worker\\)");
}

TEST(CheckDeathTest, InnerScopeEndsWithItsBlock) {
  const FixedContext outer("outer machine");
  const BugContextScope outer_scope(outer);
  {
    const FixedContext inner("inner machine");
    const BugContextScope inner_scope(inner);
    EXPECT_DEATH(CHECK(false, "never"), "inner machine");
  }
  EXPECT_DEATH(CHECK(false, "never"), "outer machine");
}

TEST(CheckDeathTest, BugInTheContextDoesNotRecurse) {
  const BuggyContext context;
  const BugContextScope scope(context);
  EXPECT_DEATH(CHECK(false, "the first bug"), "describing fails too");
}

}  // namespace signalbox::check_test
