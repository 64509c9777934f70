#include "kernel/sched/eligibility_tree.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

bool before(const EligibilityNode& a, const EligibilityNode& b) {
  return a.deadline != b.deadline ? a.deadline < b.deadline : a.order < b.order;
}

// What keeps the treap balanced: a number that looks random (the finalizer of MurmurHash3, Appleby), and is the same in
// every run.
std::uint64_t height(const EligibilityNode& node) {
  std::uint64_t mixed = node.order;
  mixed = (mixed ^ (mixed >> 33U)) * 0xff51afd7ed558ccdU;
  mixed = (mixed ^ (mixed >> 33U)) * 0xc4ceb9fe1a85ec53U;
  return mixed ^ (mixed >> 33U);
}

}  // namespace

void EligibilityTree::insert(Entity& entity) { root_ = with(root_, entity); }
void EligibilityTree::remove(Entity& entity) { root_ = without(root_, entity); }

Entity* EligibilityTree::with(Entity* tree, Entity& added) {
  EligibilityNode& mine = node(added);
  if (tree == nullptr || height(mine) > height(node(*tree))) {
    split(tree, mine, mine.left, mine.right);
    refresh(added);
    return &added;
  }
  EligibilityNode& here = node(*tree);
  Entity*& side = before(mine, here) ? here.left : here.right;
  side = with(side, added);
  refresh(*tree);
  return tree;
}

Entity* EligibilityTree::without(Entity* tree, Entity& removed) {
  CHECK(tree != nullptr, "only a queued entity can be removed");
  EligibilityNode& here = node(*tree);
  if (tree == &removed) return joined(here.left, here.right);
  Entity*& side = before(node(removed), here) ? here.left : here.right;
  side = without(side, removed);
  refresh(*tree);
  return tree;
}

Entity* EligibilityTree::joined(Entity* lower, Entity* higher) {
  if (lower == nullptr) return higher;
  if (higher == nullptr) return lower;
  const bool is_lower_root = height(node(*lower)) > height(node(*higher));
  Entity* const root = is_lower_root ? lower : higher;
  if (is_lower_root) {
    node(*lower).right = joined(node(*lower).right, higher);
  } else {
    node(*higher).left = joined(lower, node(*higher).left);
  }
  refresh(*root);
  return root;
}

void EligibilityTree::split(Entity* tree, const EligibilityNode& at, Entity*& lower, Entity*& higher) {
  if (tree == nullptr) {
    lower = higher = nullptr;
    return;
  }
  EligibilityNode& here = node(*tree);
  if (before(here, at)) {
    split(here.right, at, here.right, higher);
    lower = tree;
  } else {
    split(here.left, at, lower, here.left);
    higher = tree;
  }
  refresh(*tree);
}

void EligibilityTree::refresh(Entity& entity) {
  EligibilityNode& here = node(entity);
  here.least_vruntime = here.vruntime;
  for (const Entity* const child : {here.left, here.right}) {
    if (child != nullptr) here.least_vruntime = std::min(here.least_vruntime, node(*child).least_vruntime);
  }
}

}  // namespace signalbox
