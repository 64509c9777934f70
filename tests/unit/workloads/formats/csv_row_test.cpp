#include "workloads/formats/csv_row.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/error_of.hpp"

namespace signalbox::csv_row_test {

std::vector<std::string> texts(std::string_view line) {
  CsvRow row("f");
  std::vector<std::string> found;
  for (const CsvField& field : row.split(line, 1)) found.emplace_back(field.text);
  return found;
}
std::string error_in(std::string_view line) {
  return error_of([line] { CsvRow("f").split(line, 4); });
}
using Texts = std::vector<std::string>;

TEST(CsvRow, SplitsAtCommas) {
  EXPECT_EQ(texts("a,b,c"), (Texts{"a", "b", "c"}));
  EXPECT_EQ(texts("a"), Texts{"a"});
  EXPECT_EQ(texts(""), Texts{""});
  EXPECT_EQ(texts(",,"), (Texts{"", "", ""}));
}

TEST(CsvRow, BlanksAroundFieldsDoNotCount) { EXPECT_EQ(texts(" a b ,\tc\t, d \r"), (Texts{"a b", "c", "d"})); }

TEST(CsvRow, QuotedFieldsHoldCommasQuotesAndBlanks) {
  EXPECT_EQ(texts(R"( "a,b" ,"", " c ","say ""hi""","""")"), (Texts{"a,b", "", " c ", "say \"hi\"", "\""}));
}

TEST(CsvRow, QuoteInsideAPlainFieldIsText) { EXPECT_EQ(texts("5\" disk,b"), (Texts{"5\" disk", "b"})); }

TEST(CsvRow, FieldsKnowWhereTheyBegin) {
  CsvRow row("f");
  const std::vector<CsvField>& fields = row.split("\u00e9\u00e9, \"b\",c", 9);
  EXPECT_EQ(row.place_at(fields[1].offset).column, 5U);
  EXPECT_EQ(row.place_at(fields[2].offset).column, 9U);
  EXPECT_EQ(row.place_at(fields[2].offset).line, 9U);
}

TEST(CsvRow, OneSplitterServesManyLines) {
  CsvRow row("f");
  row.split("\"a\"\"a\",b,c", 1);
  EXPECT_EQ(row.split("d", 2).size(), 1U);
  EXPECT_EQ(row.split("d", 2)[0].text, "d");
}

TEST(CsvRow, QuotedFieldMustEndWell) {
  EXPECT_EQ(error_in("a, \"b"), "f:4:4: error: this quoted field has no end; expected '\"' on the same line");
  EXPECT_EQ(error_in("\"b\"\""), "f:4:1: error: this quoted field has no end; expected '\"' on the same line");
  EXPECT_EQ(error_in("\"b\" c,d"), "f:4:5: error: text behind a quoted field; expected ',' or the end of the line");
}

}  // namespace signalbox::csv_row_test
