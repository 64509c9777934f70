// This program is linked with libsignalbox_malloc.so: new is ours here.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdint>
#include <new>

namespace signalbox::operators_test {

template <class T>
T hidden(T value) {
  asm volatile("" : "+r"(value));
  return value;
}

constexpr std::align_val_t line{64};

TEST(OperatorNew, EveryFormGivesWhatEveryFormTakesBack) {
  operator delete(operator new(10));
  operator delete[](operator new[](10));
  operator delete(operator new(10, std::nothrow), std::nothrow);
  operator delete[](operator new[](10, std::nothrow), std::nothrow);
  operator delete(operator new(100'000), std::size_t{100'000});
  operator delete[](operator new[](10), std::size_t{10});
  for (const std::size_t bytes : {1U, 100U, 5'000U, 100'000U}) {
    void* at = operator new(bytes, line);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(at) % 64, 0U);
    operator delete(at, line);
    operator delete[](operator new[](bytes, line), line);
    operator delete(operator new(bytes, line), bytes, line);
    operator delete[](operator new[](bytes, line), bytes, line);
    operator delete(operator new(bytes, line, std::nothrow), line, std::nothrow);
    operator delete[](operator new[](bytes, line, std::nothrow), line, std::nothrow);
  }
}

TEST(OperatorNew, ThrowsWhatTheProgramCatches) {
  EXPECT_THROW(operator delete(operator new(hidden(std::size_t{1} << 62U))), std::bad_alloc);
  EXPECT_THROW(operator delete(operator new(hidden(std::size_t{1} << 62U), line)), std::bad_alloc);
  EXPECT_EQ(operator new(hidden(std::size_t{1} << 62U), std::nothrow), nullptr);
}

int handled = 0;

TEST(OperatorNew, AsksTheHandlerFirst) {
  std::set_new_handler([] {
    if (++handled == 3) std::set_new_handler(nullptr);
  });
  EXPECT_THROW(operator delete(operator new(hidden(std::size_t{1} << 62U))), std::bad_alloc);
  EXPECT_EQ(handled, 3);
}

}  // namespace signalbox::operators_test
