/** A paragraph that is nothing but $$ a formula $$ on one line is shown as a display, as people write it. */

interface TreeNode {
  readonly type: string;
  readonly position?: { readonly start: { readonly offset?: number | undefined } } | undefined;
  readonly children?: readonly TreeNode[];
  data?: { hProperties?: Record<string, unknown> };
}

export function remarkLoneFormulas(): (tree: unknown, file: unknown) => void {
  return (tree, file) => mark(tree as TreeNode, String(file));
}

function mark(node: TreeNode, source: string): void {
  const [only, ...others] = node.children ?? [];
  const offset = only?.position?.start.offset;
  if (node.type === 'paragraph' && only?.type === 'inlineMath' && others.length === 0 && offset !== undefined && source.startsWith('$$', offset)) {
    only.data = { ...only.data, hProperties: { ...only.data?.hProperties, className: ['language-math', 'math-display'] } };
  }
  for (const child of node.children ?? []) mark(child, source);
}
