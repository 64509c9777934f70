#include "tools/compiler/compiler_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace signalbox::compiler_words_test {

using testing::ElementsAre;
using Stage = CompilerWords::Stage;
using Kind = CompilerWords::Input::Kind;

TEST(CompilerWords, AreReadAsGccTakesThem) {
  const CompilerWords words = read_compiler_words({"-O2", "-I", "inc", "-DX=1", "-o", "prog", "a.c", "b.o", "-Llib",
                                                   "-lx", "-Wl,-Map=m", "-static", "c.a", "--compiler", "clang-19"});
  EXPECT_EQ(words.stage, Stage::link);
  EXPECT_EQ(words.output, "prog");
  EXPECT_EQ(words.compiler, "clang-19");
  EXPECT_THAT(words.compile, ElementsAre("-O2", "-I", "inc", "-DX=1"));
  EXPECT_THAT(words.link, ElementsAre("-Wl,-Map=m"));
  EXPECT_THAT(words.library_dirs, ElementsAre("lib"));
  ASSERT_EQ(words.inputs.size(), 4U);
  EXPECT_EQ(words.inputs[0].kind, Kind::source);
  EXPECT_EQ(words.inputs[1].kind, Kind::object);
  EXPECT_EQ(words.inputs[2].kind, Kind::library);
  EXPECT_EQ(words.inputs[2].name, "x");
  EXPECT_EQ(words.inputs[3].kind, Kind::archive);
}

TEST(CompilerWords, QuestionsAreTheCompilersOwn) {
  EXPECT_EQ(read_compiler_words({"--version"}).stage, Stage::pass);
  EXPECT_EQ(read_compiler_words({"-E", "a.c"}).stage, Stage::pass);
  EXPECT_EQ(read_compiler_words({"-S", "-c", "a.c"}).stage, Stage::pass);
  EXPECT_EQ(read_compiler_words({"-c", "a.c"}).stage, Stage::objects);
  EXPECT_THAT(read_compiler_words({"--cxx", "-E", "-x", "c", "f"}).all, ElementsAre("-E", "-x", "c", "f"));
}

TEST(CompilerWords, WhatMakesNoProgramIsRefused) {
  EXPECT_NE(error_of([] { read_compiler_words({"-shared", "a.c"}); }), "no error");
  EXPECT_NE(error_of([] { read_compiler_words({"-fsanitize=address", "a.c"}); }), "no error");
  EXPECT_NE(error_of([] { read_compiler_words({"a.c", "-o"}); }), "no error");
}

}  // namespace signalbox::compiler_words_test
