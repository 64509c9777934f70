// This program is linked with libsignalbox_malloc.so.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace signalbox::introspection_test {

// The compiler must not remove a pair that nobody looks at.
std::size_t hidden(std::size_t value) {
  asm volatile("" : "+r"(value));
  return value;
}

TEST(MallocInfo, CountsWhatIsAllocated) {
  const struct mallinfo2 before = mallinfo2();
  void* huge = std::malloc(hidden(std::size_t{8} << 20U));
  void* large = std::malloc(hidden(std::size_t{1} << 20U));
  asm volatile("" : : "r"(huge), "r"(large) : "memory");
  const struct mallinfo2 after = mallinfo2();
  EXPECT_EQ(after.hblkhd - before.hblkhd, std::size_t{8} << 20U);
  EXPECT_EQ(after.uordblks - before.uordblks, std::size_t{1} << 20U);
  EXPECT_EQ(after.arena, after.uordblks + after.fordblks);
  std::free(huge);
  std::free(large);
  EXPECT_EQ(mallinfo2().hblkhd, before.hblkhd);
  // Its own declaration is deprecated.
  const auto narrow = reinterpret_cast<struct mallinfo (*)()>(dlsym(RTLD_DEFAULT, "mallinfo"));
  EXPECT_EQ(static_cast<std::size_t>(narrow().hblkhd), before.hblkhd);
}

TEST(MallocInfo, TrimGivesFreePagesBack) {
  void* large = std::malloc(hidden(std::size_t{3} << 20U));
  asm volatile("" : : "r"(large) : "memory");
  std::memset(large, 1, std::size_t{3} << 20U);
  std::free(large);
  EXPECT_GE(mallinfo2().keepcost, std::size_t{3} << 20U);
  EXPECT_EQ(malloc_trim(0), 1);
  EXPECT_EQ(mallinfo2().keepcost, 0U);
}

TEST(MallocInfo, WritesXml) {
  char* text = nullptr;
  std::size_t bytes = 0;
  FILE* out = open_memstream(&text, &bytes);
  EXPECT_EQ(malloc_info(0, out), 0);
  EXPECT_EQ(malloc_info(1, out), -1);
  std::fclose(out);
  EXPECT_EQ(std::string(text).find("<malloc version=\"signalbox-1\">"), 0U);
  std::free(text);
}

TEST(MallocInfo, RefusesTunablesOfGlibc) { EXPECT_EQ(mallopt(M_MMAP_THRESHOLD, 1 << 20), 0); }

}  // namespace signalbox::introspection_test
