/**
 * Quoting. Content of files reaches DuckDB only as values of cells; names of columns and paths
 * reach a statement only through these functions.
 */

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL string literal. DuckDB knows no backslash escapes in it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Several texts as an SQL list literal. */
export function literalList(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}

/** A path that DuckDB's readers take for exactly this file: they would expand *, ? and [ as patterns. */
export function exactPath(path: string): string {
  return path.replace(/[*?[]/g, '[$&]');
}
