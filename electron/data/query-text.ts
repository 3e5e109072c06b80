/**
 * Reads what a query is before it is run: one SELECT over datasets, or a clear refusal. DuckDB's own parser
 * says what the text means; the sandbox of its session holds even where this reading errs.
 */
import { fail, type AppError } from '../../shared/errors.ts';
import { duckFailure, type Duck, type Session } from './duck.ts';
import { literal } from './sql.ts';

/** A table that a query names and does not itself define. */
export interface TableName {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** Functions that make rows out of their arguments; all others read files or settings. */
const tableFunctions: readonly string[] = ['range', 'generate_series', 'unnest', 'repeat', 'repeat_row', 'json_each', 'json_tree'];

/** The tables of a query, each name once. @throws query/wrong, query/refused */
export function tablesOf(duck: Duck, sql: string): Promise<TableName[]> {
  return duck.session({ files: [], tellsPlace: true }, (session) => readTables(session, sql));
}

/** `tablesOf` in a session that tells the place. */
export async function readTables(session: Session, sql: string): Promise<TableName[]> {
  const [row] = await session.rows(`SELECT json_serialize_sql(${literal(sql)})`);
  const tree = JSON.parse(String(row?.[0])) as SyntaxTree;
  if (tree.error) {
    // "not implemented": the parser understood it, and it is no SELECT.
    if (tree.error_type !== 'parser') throw refused('only a SELECT is run (a PIVOT needs its values in IN)');
    throw wrong(sql, tree.error_message ?? '', Number(tree.position ?? 0), 'characters');
  }
  const { statements = [] } = tree;
  if (statements.length !== 1) throw refused(statements.length === 0 ? 'there is no statement in it' : `it has ${statements.length} statements, and one is run at a time`);
  const found = new Map<string, TableName>();
  visit(statements[0], new Set(), (node) => {
    const place = placeOf(sql, typeof node.query_location === 'number' ? node.query_location : 0, 'bytes');
    if (node.type === 'SHOW_REF' && node.table_name) throw refused('only a SELECT is run; the list of datasets says what there is');
    if (node.type === 'TABLE_FUNCTION') requireKnown(node.function?.function_name ?? '', place);
    if (node.type !== 'BASE_TABLE') return;
    const schema = [node.catalog_name, node.schema_name].filter((each) => each !== undefined && each !== '' && each !== 'main');
    const name = [...schema, node.table_name ?? ''].join('.');
    if (!found.has(name)) found.set(name, { name, ...place });
  });
  return [...found.values()];
}

/** The error of a query in our words, with its line and column where DuckDB tells the place. */
export function queryFailure(sql: string, thrown: unknown): unknown {
  const failure = duckFailure(thrown);
  if (failure === null) return thrown;
  if (failure.kind === 'Permission') return refused('it may read the datasets of this project and nothing else', thrown);
  if (failure.position === null) return fail('query/failed', { message: readable(failure.message) }, thrown);
  return wrong(sql, failure.message, failure.position, failure.kind === 'Parser' ? 'characters' : 'bytes', thrown);
}

export function refused(reason: string, cause?: unknown): AppError {
  return fail('query/refused', { reason }, cause);
}

interface SyntaxTree {
  readonly error?: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly unknown[];
}

interface SyntaxNode {
  readonly type?: unknown;
  readonly catalog_name?: string;
  readonly schema_name?: string;
  readonly table_name?: string;
  readonly query_location?: unknown;
  readonly function?: { readonly function_name?: string };
  readonly cte_map?: { readonly map?: readonly { readonly key: string; readonly value: { readonly query?: { readonly node?: SyntaxNode } } }[] };
}

/** Calls `see` with each node, except tables that a WITH around them defines. */
function visit(node: unknown, defined: ReadonlySet<string>, see: (node: SyntaxNode) => void): void {
  if (Array.isArray(node)) for (const each of node) visit(each, defined, see);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  const here = node as SyntaxNode;
  const inside = new Set(defined);
  for (const { key, value } of here.cte_map?.map ?? []) {
    const name = key.toLowerCase();
    // Only a recursive one means itself by its own name.
    visit(value, value.query?.node?.type === 'RECURSIVE_CTE_NODE' ? new Set([...inside, name]) : inside, see);
    inside.add(name);
  }
  if (here.type !== 'BASE_TABLE' || !inside.has((here.table_name ?? '').toLowerCase()) || here.schema_name) see(here);
  for (const [key, value] of Object.entries(here)) if (key !== 'cte_map') visit(value, inside, see);
}

function requireKnown(name: string, { line, column }: { line: number; column: number }): void {
  if (tableFunctions.includes(name.toLowerCase())) return;
  throw refused(`${name} at line ${line}, column ${column} is no dataset, and the only functions in its place are ${tableFunctions.join(', ')}`);
}

function wrong(sql: string, message: string, position: number, unit: 'bytes' | 'characters', cause?: unknown): AppError {
  return fail('query/wrong', { ...placeOf(sql, position, unit), message: readable(message) }, cause);
}

/** Line and column from 1; the column counts characters. The parser counts characters before a place, all else bytes. */
function placeOf(sql: string, position: number, unit: 'bytes' | 'characters'): { line: number; column: number } {
  const before = unit === 'bytes' ? [...Buffer.from(sql).subarray(0, position).toString('utf8')] : [...sql].slice(0, position);
  return { line: before.filter((each) => each === '\n').length + 1, column: before.length - before.lastIndexOf('\n') };
}

function readable(message: string): string {
  return message.replace(/\s+/g, ' ').trim().slice(0, 400);
}
