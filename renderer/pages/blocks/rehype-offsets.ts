/** Marks every element with the place in the text it comes from, so that a click there puts the cursor there. */

interface TreeNode {
  readonly type: string;
  readonly position?: { readonly start: { readonly offset?: number | undefined } } | undefined;
  readonly properties?: Record<string, unknown>;
  readonly children?: readonly TreeNode[];
}

export function rehypeOffsets(): (tree: unknown) => void {
  return (tree) => mark(tree as TreeNode);
}

function mark(node: TreeNode): void {
  const offset = node.position?.start.offset;
  if (node.type === 'element' && node.properties && offset !== undefined) node.properties['data-offset'] = offset;
  for (const child of node.children ?? []) mark(child);
}
