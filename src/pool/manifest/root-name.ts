/** What the top of a tree is called that has no name of its own; supervisors below are `root.2`. */
export const rootName = "root";
