#include "kernel/sim/cost_model.hpp"

#include <gtest/gtest.h>

#include <set>

namespace signalbox::cost_model_test {

TEST(CostModel, EveryPriceIsNamedOnce) {
  std::set<std::string_view> names;
  CostModel model;
  std::int64_t next = 1;
  for (const CostField& field : cost_fields) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    // A compiled program's work takes time on every machine: else nobody else would run.
    const Duration first = field.name == "edge" ? 1_ns : Duration();
    EXPECT_EQ(model.*field.value, first) << "named twice, or not free at first: " << field.name;
    model.*field.value = Duration(next++);
  }
  EXPECT_EQ(sizeof(CostModel), cost_fields.size() * sizeof(Duration)) << "a price without a name";
}

}  // namespace signalbox::cost_model_test
