#include "tools/experiment/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/test_folder.hpp"

namespace signalbox::database_test {

using ::testing::StartsWith;

TEST(Database, StoresAndFinds) {
  const TestFolder folder;
  Database database(folder.path("x.sqlite"));
  database.execute("CREATE TABLE t (name TEXT, size INTEGER)");
  Statement insert(database, "INSERT INTO t VALUES (?, ?)");
  insert.bind(1, "one");
  insert.bind(2, std::int64_t{1} << 40);
  EXPECT_FALSE(insert.step());
  insert.reset();
  insert.bind_null(1);
  EXPECT_FALSE(insert.step());
  Statement select(database, "SELECT name, size FROM t ORDER BY rowid");
  ASSERT_TRUE(select.step());
  EXPECT_EQ(select.text(0), "one");
  EXPECT_EQ(select.number(1), std::int64_t{1} << 40);
  ASSERT_TRUE(select.step());
  EXPECT_EQ(select.text(0), "") << "null";
  EXPECT_FALSE(select.step());
  select.reset();
  EXPECT_TRUE(select.step());
}

TEST(Database, ErrorsNameTheFileInOneLine) {
  const TestFolder folder;
  const std::string none = folder.path("none/x.sqlite");
  EXPECT_EQ(error_of([&] { Database(none).execute("CREATE TABLE t (a)"); }),
            none + ": error: unable to open database file; expected an SQLite file that can be read and written");
  Database database(folder.path("x.sqlite"));
  EXPECT_THAT(error_of([&] { database.execute("CREATE TABLE"); }), StartsWith(folder.path("x.sqlite") + ": error: "));
  EXPECT_THAT(error_of([&] { Statement(database, "SELECT * FROM nowhere"); }),
              StartsWith(folder.path("x.sqlite") + ": error: no such table: nowhere; expected "));
  Statement one(database, "SELECT ?");
  EXPECT_NE(error_of([&] { one.bind(2, "no such parameter"); }), "");
  EXPECT_NE(error_of([&] { one.bind(2, std::int64_t{0}); }), "");
  EXPECT_NE(error_of([&] { one.bind_null(2); }), "");
}

TEST(Database, AFullFileIsAnError) {
  const TestFolder folder;
  Database database(folder.path("x.sqlite"));
  database.execute("CREATE TABLE t (a); PRAGMA max_page_count = 2");
  Statement insert(database, "INSERT INTO t VALUES (zeroblob(100000))");
  EXPECT_EQ(error_of([&] { insert.step(); }),
            folder.path("x.sqlite") + ": error: database or disk is full; expected room on the disk");
}

}  // namespace signalbox::database_test
