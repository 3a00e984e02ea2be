/**
 * From a manifest to the tree that keeps it, and from one such tree to the next while it runs.
 *
 * Knows: how the processes of a name become leaves, and how what stands in a tree is compared with
 * what is to stand there.
 * Must hold: a tree that was changed is, once it is quiet, what a fresh tree would be; what stays
 * the same is left alone.
 * Never imports: what carries out the actions.
 * Start reading at `tree-of.ts`.
 */
export { changeTree } from "./change-tree.ts";
export { type LeafSpec, treeOf } from "./tree-of.ts";
