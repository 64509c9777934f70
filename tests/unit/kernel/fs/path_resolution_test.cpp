#include "kernel/fs/path_resolution.hpp"

#include <gtest/gtest.h>

#include "kernel/fs/symbolic_link.hpp"
#include "tests/support/file_rig.hpp"

namespace signalbox::path_resolution_test {

struct Tree : FileRig {
  Tree() {
    EXPECT_TRUE(files.make_directory(root, "/d", 0755).has_value());
    make("/d/f");
    link("/d", "/to_d");
    link("d/f", "/to_f");
    link("to_f", "/to_to_f");
    link("nothing", "/broken");
    link("loop", "/loop");
  }
  void link(std::string_view target, std::string_view path) {
    EXPECT_TRUE(files.make_symbolic_link(root, path, target).has_value());
  }
  Result<PathEnd> resolve(std::string_view path, LastLink last) { return resolve_path(files.root(), root, path, last); }
  FileKind kind_of(std::string_view path, LastLink last) { return resolve(path, last).value().file->kind(); }
};

TEST(PathResolution, ALinkOnTheWayIsFollowed) {
  Tree tree;
  for (const LastLink last : {LastLink::follow, LastLink::keep, LastLink::never}) {
    const PathEnd end = tree.resolve("/to_d/f", last).value();
    EXPECT_EQ(end.file, tree.files.find(tree.root, "/d/f").value());
    EXPECT_EQ(end.name, "f");
  }
}

TEST(PathResolution, TheLastLinkIsFollowedOnRequest) {
  Tree tree;
  EXPECT_EQ(tree.kind_of("/to_to_f", LastLink::follow), FileKind::regular);
  EXPECT_EQ(tree.kind_of("/to_to_f", LastLink::keep), FileKind::symbolic_link);
  EXPECT_EQ(tree.kind_of("/to_d/", LastLink::keep), FileKind::directory);
  EXPECT_EQ(tree.kind_of("/to_d/", LastLink::never), FileKind::symbolic_link);
  EXPECT_TRUE(tree.resolve("/to_d/", LastLink::never).value().has_slash);
}

TEST(PathResolution, ABrokenLinkLeadsToWhereItsTargetWouldBe) {
  Tree tree;
  const PathEnd end = tree.resolve("/broken", LastLink::follow).value();
  EXPECT_EQ(end.file, nullptr);
  EXPECT_EQ(end.name, "nothing");
}

TEST(PathResolution, FortyLinksAreTheMost) {
  Tree tree;
  EXPECT_EQ(refused(tree.resolve("/loop", LastLink::follow)), Errno::eloop);
  tree.link("d", "/link0");
  for (int i = 1; i <= 40; ++i) tree.link("link" + std::to_string(i - 1), "/link" + std::to_string(i));
  EXPECT_TRUE(tree.resolve("/link39", LastLink::follow).has_value());
  EXPECT_EQ(refused(tree.resolve("/link40", LastLink::follow)), Errno::eloop);
}

TEST(PathResolution, EndsThatAreNoNames) {
  Tree tree;
  EXPECT_EQ(tree.resolve("//", LastLink::follow).value().kind, PathEnd::Kind::root);
  EXPECT_EQ(tree.resolve("/d/.", LastLink::follow).value().kind, PathEnd::Kind::dot);
  EXPECT_EQ(tree.resolve("/d/../", LastLink::follow).value().kind, PathEnd::Kind::dot_dot);
  tree.link("/", "/to_root");
  EXPECT_EQ(tree.resolve("/to_root", LastLink::follow).value().kind, PathEnd::Kind::root);
  EXPECT_EQ(tree.resolve("to_root/d", LastLink::follow).value().name, "d");
}

}  // namespace signalbox::path_resolution_test
