// Beside the host's own kernel: links, symbolic links, and what files have beside their contents. link(2), symlink(2),
// readlink(2), chmod(2), chown(2), access(2), and the calls relative to a directory.
#include "tests/support/file_steps.hpp"

namespace signalbox::file_names_test {

using namespace file_steps;
using namespace file_steps::steps;
namespace nr = call_number;

Step lstat(const char* path) { return {nr::lstat, {path, to_stat}}; }
Step link(const char* from, const char* to) { return {nr::link, {from, to}}; }
Step symlink(const char* target, const char* path) { return {nr::symlink, {target, path}}; }
Step readlink(const char* path, std::int64_t room = 100) { return {nr::readlink, {path, buffer(40'000), room}}; }
Step chmod(const char* path, std::uint32_t mode) { return {nr::chmod, {path, mode}}; }
Step access(const char* path, std::uint32_t rights) { return {nr::access, {path, rights}}; }

const std::vector<Case> link_cases{
    {"two names", {open("a"), write(3, 9), link("a", "b"), stat("b"), unlink("a"), stat("b"), link("a", "c")}},
    {"a name that is there", {open("a"), open("b"), link("a", "b"), link("a", "a"), mkdir("d"), link("a", "d")}},
    {"not of a directory", {mkdir("d"), link("d", "e"), link(".", "e"), link("d", "d")}},
    {"slashes", {open("a"), link("a", "b/"), link("a/", "b"), mkdir("d"), link("a", "d/"), link("a", "d/b")}},
    {"where nothing may be added", {open("a"), mkdir("d", 0500), link("a", "d/b"), link("", "b"), link("a", "")}},
    {"renaming one to the other", {open("a"), link("a", "b"), rename("a", "b"), stat("a"), stat("b")}},
    {"linkat",
     {open("a"),
      symlink("a", "s"),
      {nr::linkat, {-100, "s", -100, "t", 0}},
      lstat("t"),
      {nr::linkat, {-100, "s", -100, "b", 0x400}},
      lstat("b"),
      {nr::linkat, {-100, "s", -100, "c", 1}}}},
    {"an open file's name", {open("a"), unlink("a"), fstat(3), {nr::linkat, {3, "", -100, "b", 0}}}},
};

const std::vector<Case> symbolic_link_cases{
    {"a name for a name", {open("a"), write(3, 7), symlink("a", "s"), stat("s"), lstat("s"), readlink("s")}},
    {"cut off", {symlink("somewhere", "s"), readlink("s", 4), readlink("s", 0), readlink("s", -1), stat("s")}},
    {"what is none", {open("a"), readlink("a"), readlink("b"), mkdir("d"), readlink("d"), readlink("")}},
    {"a bad buffer", {symlink("x", "s"), {nr::readlink, {"s", 16, 10}}}},
    {"no target", {symlink("", "s"), symlink("x", ""), symlink("x", "s/"), open("a"), symlink("x", "a")}},
    {"the maker of what it names", {symlink("a", "s"), open("s"), stat("a"), unlink("s"), stat("a"), stat("s")}},
    {"exclusive", {symlink("a", "s"), open("s", rw_new | o_excl), stat("a"), open("s", o_rdonly)}},
    {"not followed",
     {open("a"), symlink("a", "s"), open("s", o_rdonly | o_nofollow), open("s", rw_new | o_nofollow),
      open("s", o_rdonly | o_nofollow | o_directory), mkdir("d"), symlink("d", "t"), open("t", o_rdonly | o_nofollow),
      open("t/", o_rdonly | o_nofollow), open("t/.", o_rdonly | o_nofollow)}},
    {"on the way", {mkdir("d"), symlink("d", "s"), open("s/a"), stat("d/a"), unlink("s/a"), rmdir("s"), rmdir("s/")}},
    {"with a slash",
     {mkdir("d"), symlink("d", "s"), lstat("s/"), open("s/", o_rdonly), open("a"), symlink("a", "t"), lstat("t/"),
      stat("t/"), mkdir("s"), mkdir("s/"), unlink("s/"), unlink("t/")}},
    {"round and round",
     {symlink("s", "s"), stat("s"), open("s"), lstat("s"), symlink("u", "t"), symlink("t", "u"), stat("t/x")}},
    {"a chain", {open("a"), symlink("a", "s"), symlink("s", "t"), symlink("./t", "u"), stat("u"), readlink("u")}},
    {"upwards", {mkdir("d"), open("a"), symlink("../a", "d/s"), stat("d/s"), {nr::chdir, {"d"}}, stat("s")}},
    {"through nothing", {symlink("no/where", "s"), open("s"), stat("s"), mkdir("s"), {nr::chdir, {"s"}}}},
    {"renamed, not followed",
     {open("a"), symlink("a", "s"), rename("s", "t"), lstat("t"), readlink("t"), rename("a", "t"), lstat("t")}},
    {"cut through", {open("a"), write(3, 9), symlink("a", "s"), {nr::truncate, {"s", 3}}, stat("a"), lstat("s")}},
};

const std::vector<Case> group_cases{
    {"a set-group-ID directory",
     {mkdir("d"), chmod("d", 02777), stat("d"), mkdir("d/e"), stat("d/e"), open("d/f", rw_new, 02755), stat("d/f")}},
    {"nothing to set", {{nr::utimensat, {-100, "nothing", 0, 0}}}},
    {"made with a slash",
     {symlink("l", "l"), open("l/"), open("l/", o_rdonly), symlink("x/y", "m"), open("m/"), symlink("n/", "o"),
      open("o"), open("./.")}},
};

const std::vector<Case> attribute_cases{
    {"chmod", {open("a"), chmod("a", 0), stat("a"), chmod("a", 07777), stat("a"), chmod("b", 0), chmod("", 0)}},
    {"fchmod", {open("a"), {nr::fchmod, {3, 0100640}}, fstat(3), {nr::fchmod, {9, 0}}}},
    {"chmod through a link", {open("a"), symlink("a", "s"), chmod("s", 0600), stat("a"), lstat("s")}},
    {"of another's file",
     {chmod("/dev/null", 0600), {nr::chown, {"/dev/null", -1, -1}}, {nr::chown, {"/dev/null", 65534, -1}}}},
    {"chown",
     {open("a"), {nr::chown, {"a", -1, -1}}, {nr::chown, {"a", 65534, -1}}, {nr::chown, {"a", 0, -1}}, stat("a")}},
    {"chown takes bits",
     {open("a"),
      chmod("a", 06755),
      stat("a"),
      {nr::chown, {"a", -1, -1}},
      stat("a"),
      chmod("a", 04711),
      {nr::fchown, {3, 65534, -1}},
      fstat(3),
      {nr::lchown, {"b", -1, -1}}}},
    {"access",
     {open("a"), access("a", 0), access("a", 4), access("a", 6), access("a", 1), access("a", 8), access("b", 0),
      chmod("a", 0111), access("a", 1), access("a", 5), mkdir("d", 0600), access("d", 6), access("d", 1),
      access("d/x", 0)}},
    {"faccessat",
     {mkdir("d"),
      open("d", o_rdonly),
      open("d/a"),
      {nr::faccessat, {3, "a", 4}},
      {nr::faccessat, {4, "a", 4}},
      {nr::faccessat, {9, "a", 4}},
      {nr::faccessat, {3, "b", 0}}}},
    {"fstatat",
     {open("a"),
      symlink("a", "s"),
      {nr::newfstatat, {-100, "s", to_stat, 0x100}},
      {nr::newfstatat, {-100, "s", to_stat, 0}},
      {nr::newfstatat, {3, "", to_stat, 0x1000}},
      {nr::newfstatat, {3, "", to_stat, 0}},
      {nr::newfstatat, {3, "x", to_stat, 0}},
      {nr::newfstatat, {-100, "a", to_stat, 2}}}},
    {"at a directory",
     {mkdir("d"),
      open("d", o_rdonly),
      {nr::mkdirat, {3, "e", 0700}},
      stat("d/e"),
      {nr::unlinkat, {3, "e", 0}},
      {nr::unlinkat, {3, "e", 0x200}},
      {nr::unlinkat, {3, "e", 1}},
      {nr::symlinkat, {"x", 3, "s"}},
      readlink("d/s"),
      {nr::renameat, {3, "s", -100, "t"}},
      lstat("t"),
      {nr::fchdir, {3}},
      lstat("s"),
      open("a"),
      {nr::fchdir, {4}},
      {nr::fchdir, {9}}}},
};

const std::string name_256(256, 'n');

// A path of 0 is no address.
const std::vector<Case> order_cases{
    {"the first path's error first",
     {open("a"),
      {nr::renameat, {-100, "x/a", 9, "b"}},
      {nr::renameat, {-100, "a/b", 9, "b"}},
      {nr::renameat, {-100, "x/a", -100, 0}},
      {nr::renameat, {9, "a", -100, 0}},
      {nr::renameat, {-100, 0, 9, "b"}},
      {nr::renameat, {-100, "", 9, "b"}},
      {nr::renameat, {3, "a", 9, "b"}}}},
    {"the directories' before the names'",
     {open("a"),
      mkdir("d"),
      {nr::renameat, {-100, "none", 9, "b"}},
      {nr::renameat, {-100, "none", 3, "b"}},
      {nr::renameat, {-100, "none", -100, 0}},
      {nr::renameat, {-100, "none", -100, ""}},
      rename("none", "a/b"),
      rename("d/.", "x/b"),
      rename(".", ".."),
      rename("none", "."),
      {nr::renameat, {9, "/none", 9, "/"}}}},
    {"names that are too long",
     {open("a"), rename(name_256.c_str(), "x/b"), rename(name_256.c_str(), "a/b"), rename(name_256.c_str(), "."),
      rename(name_256.c_str(), "b"), rename("none", name_256.c_str()), rename("a", name_256.c_str()),
      rename("..", name_256.c_str()), unlink(name_256.c_str()), rmdir(name_256.c_str()), mkdir(name_256.c_str()),
      link("a", name_256.c_str()), symlink("a", name_256.c_str())}},
    {"of links",
     {open("a"),
      {nr::linkat, {-100, "none", 9, "b", 0}},
      {nr::linkat, {-100, "none", -100, 0, 0}},
      {nr::linkat, {9, "a", -100, 0, 0}},
      {nr::linkat, {-100, "a", 9, "b", 0}},
      {nr::symlinkat, {"", 9, "b"}},
      {nr::symlinkat, {"", -100, 0}},
      {nr::symlinkat, {0, 9, "b"}}}},
};

TEST(FileNameConformance, Links) { expect_same(link_cases); }
TEST(FileNameConformance, SymbolicLinks) { expect_same(symbolic_link_cases); }
TEST(FileNameConformance, GroupsAndSlashes) { expect_same(group_cases); }
TEST(FileNameConformance, OrderOfErrors) { expect_same(order_cases); }
TEST(FileNameConformance, Attributes) { expect_same(attribute_cases); }

}  // namespace signalbox::file_names_test
