#pragma once

#include <boost/intrusive/list.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

class Lineage;
class UserSpace;
using LineageRef = boost::intrusive_ptr<Lineage>;

// A space's place among those that descend from each other by fork: whoever maps an anonymous page descends from whom
// it was made for, or is it (Linux's anon_vma). A place outlives its space while there are descendants.
class Lineage final
    : public boost::intrusive_ref_counter<Lineage, boost::thread_unsafe_counter>,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>,
      public KernelObject<ObjectClass::anon_vma> {
 public:
  // `parent` is null for a space that was not forked.
  Lineage(UserSpace& space, LineageRef parent);
  Lineage(const Lineage&) = delete;
  Lineage& operator=(const Lineage&) = delete;
  ~Lineage();

  UserSpace* space() const { return space_; }  // null: it has ended
  void end() { space_ = nullptr; }
  // The first of all; itself, if it was not forked.
  Lineage& root();

  // Calls action(UserSpace&) for its space and all descendants', parents before children, until the action answers
  // true.
  template <class Action>
  void visit(Action action);

 private:
  using Children = boost::intrusive::list<Lineage, boost::intrusive::constant_time_size<false>>;

  // The one that comes after `at` in the tree below `this`; null: there is none.
  Lineage* after(Lineage& at);

  UserSpace* space_;
  LineageRef parent_;
  Children children_;
};

template <class Action>
void Lineage::visit(Action action) {
  for (Lineage* at = this; at != nullptr; at = after(*at)) {
    if (at->space_ != nullptr && action(*at->space_)) return;
  }
}

}  // namespace signalbox
