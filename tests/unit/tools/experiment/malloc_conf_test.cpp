#include "tools/experiment/malloc_conf.hpp"

#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace signalbox::malloc_conf_test {

alloc::ProcessHeapOptions parsed(std::string_view text) { return parse_malloc_conf(text, {"m.toml", 3, 15}); }

TEST(MallocConf, NothingIsTheDefaults) { EXPECT_EQ(parsed(""), alloc::ProcessHeapOptions()); }

TEST(MallocConf, SetsWhatItNames) {
  const auto options = parsed("dirty_decay_ms:5,muzzy_decay_ms:-1,narenas:3,dss:primary,retain:false,purge:ratio");
  EXPECT_EQ(options.heap.dirty_decay, 5_ms);
  EXPECT_LT(options.heap.muzzy_decay, Duration());
  EXPECT_EQ(options.heap.narenas, 3U);
  EXPECT_EQ(options.dss, alloc::Dss::primary);
  EXPECT_EQ(options.heap.retain, alloc::Retain::no);
  EXPECT_EQ(options.heap.policy, alloc::PurgePolicy::ratio);
  EXPECT_EQ(parsed("lg_dirty_mult:4,tcache_gc_incr_bytes:2048,lg_extent_max_active_fit:2").heap.lg_dirty_mult, 4U);
}

TEST(MallocConf, LateWritesAreFoundByJunk) {
  EXPECT_TRUE(parsed("junk:true").junks_new);
  EXPECT_FALSE(parsed("junk:free").junks_new);
  EXPECT_TRUE(parsed("junk:free").junks_freed);
  EXPECT_TRUE(parsed("uaf:true").junks_freed);
}

TEST(MallocConf, RedZonesAreTheirOwnSetting) {
  EXPECT_TRUE(parsed("redzone:true").has_red_zones);
  EXPECT_FALSE(parsed("junk:true,redzone:false").has_red_zones);
}

TEST(MallocConf, SaysWhatIsWrong) {
  EXPECT_EQ(error_of([] { parsed("narenas:0"); }),
            "m.toml:3:15: error: narenas of malloc is \"0\"; expected a whole number from 1 to 64");
  EXPECT_EQ(error_of([] { parsed("junk"); }),
            "m.toml:3:15: error: junk of malloc is \"\"; expected true, false, alloc or free");
  EXPECT_EQ(error_of([] { parsed("dss:primary,arenas:1"); }),
            "m.toml:3:15: error: there is no setting \"arenas\" of malloc; expected name:value,... of dirty_decay_ms, "
            "muzzy_decay_ms, purge, lg_dirty_mult, retain, lg_extent_max_active_fit, narenas, tcache_gc_incr_bytes, "
            "dss, junk, redzone, uaf");
}

}  // namespace signalbox::malloc_conf_test
