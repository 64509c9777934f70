#include "kernel/fs/directory.hpp"

#include <gtest/gtest.h>

#include "tests/support/file_rig.hpp"

namespace signalbox::directory_test {

TEST(Directory, HasDotsAndCountsItsDirectories) {
  FileRig rig;
  Directory& root = rig.files.root();
  EXPECT_EQ(root.find("."), &root);
  EXPECT_EQ(root.find(".."), &root);
  EXPECT_EQ(root.find("nothing"), nullptr);
  const DirectoryRef made = new Directory({});
  const std::uint32_t links = root.attributes.links;
  root.add("made", made, {});
  EXPECT_EQ(root.attributes.links, links + 1);
  EXPECT_EQ(made->find(".."), &root);
  EXPECT_EQ(made->name(), "made");
  EXPECT_TRUE(made->is_below(root));
  EXPECT_FALSE(root.is_below(*made));
}

TEST(Directory, ARemovedOneStillKnowsItsParent) {
  FileRig rig;
  Directory& root = rig.files.root();
  const DirectoryRef made = new Directory({});
  root.add("made", made, {});
  root.remove("made", Instant() + 5_ns);
  EXPECT_TRUE(made->is_removed());
  EXPECT_EQ(made->find(".."), &root);
  EXPECT_EQ(root.attributes.modified, Instant() + 5_ns);
  EXPECT_EQ(root.find("made"), nullptr);
}

// One below the other; answers the deepest.
DirectoryRef make_chain(DirectoryRef deepest) {
  constexpr int depth = 300'000;
  for (int level = 0; level < depth; ++level) {
    const DirectoryRef made = new Directory({});
    deepest->add("d", made, {});
    deepest = made;
  }
  return deepest;
}

// A call for each level would need more stack than there is.
TEST(Directory, DeepTreesGoOneByOne) {
  const DirectoryRef root = new Directory({});
  DirectoryRef deepest = make_chain(root);
  root->clear();
  EXPECT_TRUE(root->empty());
  EXPECT_EQ(deepest->use_count(), 1);
}

TEST(Directory, RemovedOnesThatLeadToEachOtherGoOneByOne) {
  const DirectoryRef root = new Directory({});
  DirectoryRef deepest = make_chain(root);
  for (Directory* at = deepest.get(); at != root.get();) {
    Directory& above = at->parent();
    above.remove("d", {});
    at = &above;
  }
  EXPECT_TRUE(deepest->is_removed());
  deepest.reset();
  EXPECT_EQ(root->use_count(), 1);
}

TEST(Directory, NamesKeepTheirPlaces) {
  FileRig rig;
  const DirectoryRef folder = new Directory({});
  for (const char* name : {"b", "a", "c"}) folder->add(name, new Directory({}), {});
  EXPECT_EQ(folder->listed_from(0)->name, ".");
  EXPECT_EQ(folder->listed_from(1)->name, "..");
  EXPECT_EQ(folder->listed_from(2)->name, "b");
  const std::uint64_t behind_b = folder->listed_from(2)->next;
  folder->remove("b", {});
  folder->add("b", new Directory({}), {});
  EXPECT_EQ(folder->listed_from(behind_b)->name, "a");
  EXPECT_EQ(folder->listed_from(2)->name, "a");
  std::uint64_t place = behind_b;
  std::string names;
  while (const auto listed = folder->listed_from(place)) {
    names += listed->name;
    place = listed->next;
  }
  EXPECT_EQ(names, "acb");
}

TEST(Directory, RenamingReplaces) {
  FileRig rig;
  Directory& root = rig.files.root();
  const FileRef first = rig.make("/first");
  const FileRef second = rig.make("/second");
  root.rename_to(root, "first", "second", {});
  EXPECT_EQ(root.find("second"), first);
  EXPECT_EQ(root.find("first"), nullptr);
  EXPECT_EQ(second->attributes.links, 0U);
  EXPECT_EQ(first->attributes.links, 1U);
}

}  // namespace signalbox::directory_test
