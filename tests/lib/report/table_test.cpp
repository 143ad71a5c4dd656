#include "yoso/report/table.h"

#include <gtest/gtest.h>

namespace yoso::report {
namespace {

Table example() {
  Table table({"attention", "test", "tokens/s", "note"});
  table.add({"softmax", "34.4 %", "120k", "dense"});
  table.add({"YOSO, m = 32", "9.1 ± 0.2 %", "98.5k", "a|b, \"c\""});
  table.add({"Σ", "-"});
  return table;
}

TEST(Table, Text) {
  EXPECT_EQ(example().text(),
            "attention            test  tokens/s  note\n"
            "------------  -----------  --------  --------\n"
            "softmax            34.4 %      120k  dense\n"
            "YOSO, m = 32  9.1 ± 0.2 %     98.5k  a|b, \"c\"\n"
            "Σ                       -\n");
}

TEST(Table, Markdown) {
  EXPECT_EQ(example().markdown(),
            "| attention    |        test | tokens/s | note      |\n"
            "| ------------ | ----------: | -------: | --------- |\n"
            "| softmax      |      34.4 % |     120k | dense     |\n"
            "| YOSO, m = 32 | 9.1 ± 0.2 % |    98.5k | a\\|b, \"c\" |\n"
            "| Σ            |           - |          |           |\n");
}

TEST(Table, Csv) {
  EXPECT_EQ(example().csv(),
            "attention,test,tokens/s,note\n"
            "softmax,34.4 %,120k,dense\n"
            "\"YOSO, m = 32\",9.1 ± 0.2 %,98.5k,\"a|b, \"\"c\"\"\"\n"
            "Σ,-,,\n");
}

TEST(Table, WithoutRows) {
  EXPECT_EQ(Table({"a", "bc"}).text(), "a  bc\n-  --\n");
  EXPECT_EQ(Table({"a", "bc"}).markdown(), "| a   | bc  |\n| --- | --- |\n");
}

TEST(Table, RefusesTooManyCells) {
  Table table({"one"});
  EXPECT_THROW(table.add({"1", "2"}), std::invalid_argument);
  EXPECT_EQ(table.csv(), "one\n");
}

}  // namespace
}  // namespace yoso::report
