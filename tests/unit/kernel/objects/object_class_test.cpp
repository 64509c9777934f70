#include "kernel/objects/object_class.hpp"

#include <gtest/gtest.h>

#include <set>

namespace signalbox::object_class_test {
namespace {

TEST(ObjectClass, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < object_class_count; ++i) {
    const std::string_view name = to_string(static_cast<ObjectClass>(i));
    EXPECT_FALSE(name.empty());
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(ObjectClass, NamesStandInTheOrderOfTheClasses) {
  EXPECT_EQ(to_string(ObjectClass::task_struct), "task_struct");
  EXPECT_EQ(to_string(ObjectClass::vm_area_struct), "vm_area_struct");
  EXPECT_EQ(to_string(ObjectClass::directory_place), "directory_place");
  EXPECT_EQ(to_string(ObjectClass::filp), "filp");
  EXPECT_EQ(to_string(ObjectClass::pipe_page), "pipe_page");
  EXPECT_EQ(to_string(ObjectClass::eventpoll_epi), "eventpoll_epi");
  EXPECT_EQ(to_string(ObjectClass::poll_table), "poll_table");
}

}  // namespace
}  // namespace signalbox::object_class_test
