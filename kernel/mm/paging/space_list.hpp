#pragma once

#include <boost/intrusive/list.hpp>

namespace signalbox {

// A space's place among all of a machine, in the order in which they were made; it leaves when it ends.
using ListedSpace = boost::intrusive::list_base_hook<boost::intrusive::tag<struct ListedSpaceTag>,
                                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
using SpaceList = boost::intrusive::list<ListedSpace, boost::intrusive::base_hook<ListedSpace>,
                                         boost::intrusive::constant_time_size<false>>;

}  // namespace signalbox
