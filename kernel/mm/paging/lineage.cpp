#include "kernel/mm/paging/lineage.hpp"

#include <iterator>
#include <utility>

namespace signalbox {

Lineage::Lineage(UserSpace& space, LineageRef parent) : space_(&space), parent_(std::move(parent)) {
  if (parent_ != nullptr) parent_->children_.push_back(*this);
}

// Ancestors that nobody needs any more go one by one: there may be very many.
Lineage::~Lineage() {
  unlink();
  LineageRef ancestor = std::move(parent_);
  while (ancestor != nullptr && ancestor->use_count() == 1) ancestor = LineageRef(std::move(ancestor->parent_));
}

Lineage& Lineage::root() {
  Lineage* at = this;
  while (at->parent_ != nullptr) at = at->parent_.get();
  return *at;
}

Lineage* Lineage::after(Lineage& at) {
  if (!at.children_.empty()) return &at.children_.front();
  for (Lineage* last = &at; last != this; last = last->parent_.get()) {
    const auto sibling = std::next(Children::s_iterator_to(*last));
    if (sibling != last->parent_->children_.end()) return &*sibling;
  }
  return nullptr;
}

}  // namespace signalbox
