#pragma once

#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/identity.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index_container.hpp>
#include <cstddef>

#include "kernel/mm/reclaim/reclaimer.hpp"

namespace signalbox {

// Pages that lost their frames, in the order in which they did: what 2Q and ARC learn from.
class GhostList {
 public:
  std::size_t size() const { return keys_.size(); }
  bool contains(PageKey key) const { return keys_.get<1>().contains(key); }
  void push_back(PageKey key) { keys_.push_back(key); }
  void forget_oldest() { keys_.pop_front(); }
  void forget(PageKey key) { keys_.get<1>().erase(key); }

 private:
  using Keys = boost::multi_index_container<
      PageKey,
      boost::multi_index::indexed_by<boost::multi_index::sequenced<>,
                                     boost::multi_index::hashed_unique<boost::multi_index::identity<PageKey>>>>;
  Keys keys_;
};

}  // namespace signalbox
