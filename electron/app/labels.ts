/** How sentences call the things of the project: "run R3", 'page “Findings”'. */
import type { Entity, EntityReader } from '../store/index/entities.ts';

/** The thing by its present name, a removed one too. */
export function labelOf(reader: Pick<EntityReader, 'find'>, id: string): string {
  const entity = reader.find(id);
  return entity ? nameOf(reader, entity) : 'something unknown';
}

export function quoted(text: string): string {
  return `“${text}”`;
}

function nameOf(reader: Pick<EntityReader, 'find'>, { type, fields }: Entity): string {
  const { name, title, label, number, datasetId, pageId, person, column } = fields;
  switch (type) {
    case 'run': return `run ${String(label)}`;
    case 'report': return `drift report ${quoted(String(name))}`;
    case 'project': return 'the project';
    case 'version': return `version ${String(number)} of ${nameBehind(reader, datasetId, 'a dataset')}`;
    case 'column': return `the column ${quoted(String(column))} of ${nameBehind(reader, datasetId, 'a dataset')}`;
    case 'device': return `the device ${quoted(String(name))} of ${String(person)}`;
    case 'block': return `${blockWord(fields['content'])} of ${nameBehind(reader, pageId, 'a page')}`;
    default: return `${type} ${quoted(String(name ?? title ?? ''))}`;
  }
}

/** A block by what it shows: "the text", "a run". */
export function blockWord(content: unknown): string {
  const kind = (content as { kind?: string } | null | undefined)?.kind ?? '';
  return { markdown: 'text', dataset: 'a dataset', run: 'a run', drift: 'a drift report', 'metric-chart': 'a metric chart' }[kind] ?? 'a block';
}

function nameBehind(reader: Pick<EntityReader, 'find'>, id: unknown, otherwise: string): string {
  const entity = typeof id === 'string' ? reader.find(id) : null;
  return entity ? nameOf(reader, entity) : otherwise;
}
