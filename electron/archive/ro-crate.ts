/**
 * Builds ro-crate-metadata.json for an archive's content: the .eln specification on RO-Crate 1.2, the first with "sha256".
 * Every file but the metadata and its signature is listed with its SHA-256, so that one signature covers all.
 * What eLabFTW's importer needs is met: plain string types, string sizes, flat nodes, files directly in their entry.
 */
import type { ElnAction, ElnContent, ElnEntry, ListedFile } from './eln-content.ts';

export const metadataName = 'ro-crate-metadata.json';
export const signatureName = 'ro-crate-metadata.json.minisig';
export const previewName = 'ro-crate-preview.html';

type Node = { '@id': string; '@type': string } & Record<string, unknown>;

export interface CrateFiles {
  /** Files of the entries, by path. */
  readonly entryFiles: ReadonlyMap<string, ListedFile>;
  /** Log, keys, sums and instructions. */
  readonly auditFiles: readonly ListedFile[];
  readonly preview: ListedFile;
}

/** The text of the metadata file; equal content gives equal text. */
export function buildMetadata(content: ElnContent, files: CrateFiles): string {
  const people = new Map<string, string>();
  const person = (name: string): { '@id': string } => {
    const id = people.get(name) ?? `#person-${people.size + 1}`;
    people.set(name, id);
    return { '@id': id };
  };
  const exporter = person(content.exportedBy);
  const entryNodes = content.entries.flatMap((entry, index) => nodesOfEntry(entry, index, files, person));
  const actions = content.entries.flatMap((entry, index) => (entry.action === null ? [] : [{ '@id': `#action-${index + 1}` }]));
  const graph: Node[] = [
    {
      '@id': metadataName, '@type': 'CreativeWork', about: { '@id': './' }, conformsTo: { '@id': 'https://w3id.org/ro/crate/1.2' },
      version: '1.0', dateCreated: iso(content.exportedAtMs), sdPublisher: { '@id': '#publisher' },
    },
    {
      '@id': './', '@type': 'Dataset', name: content.project.name,
      description: content.project.description || `Archive of the project ${content.project.name}`,
      identifier: content.project.id, datePublished: iso(content.exportedAtMs), license: { '@id': '#license' }, author: exporter,
      // eLabFTW reads this as the format of its own exports; from 103 on it resolves references as they are written here.
      version: '107',
      hasPart: [...content.entries.map(({ folder }) => ({ '@id': folderId(folder) })), { '@id': auditId }],
      mentions: [{ '@id': '#export' }, ...actions],
    },
    { '@id': '#publisher', '@type': 'Organization', name: 'Assay', areaServed: 'offline', description: 'An offline desktop lab notebook for machine learning' },
    { '@id': '#license', '@type': 'CreativeWork', name: 'No licence stated', description: 'The archive states no licence; ask its authors before reuse.' },
    { '@id': '#assay', '@type': 'SoftwareApplication', name: 'Assay', version: content.appVersion, url: softwareUrn('assay') },
    {
      '@id': '#export', '@type': 'CreateAction', name: 'Export of the archive', agent: exporter, instrument: { '@id': '#assay' },
      result: { '@id': './' }, startTime: iso(content.exportedAtMs), endTime: iso(content.exportedAtMs), actionStatus: 'CompletedActionStatus',
    },
    ...entryNodes,
    auditNode(content, files, exporter),
    ...files.auditFiles.map(fileNode),
    { ...fileNode(files.preview), '@id': previewName, '@type': 'CreativeWork', about: { '@id': './' } },
    ...[...people].map(([name, id]) => ({ '@id': id, '@type': 'Person', name: name || 'unknown' })),
  ];
  return `${JSON.stringify({ '@context': 'https://w3id.org/ro/crate/1.2/context', '@graph': graph }, null, 1)}\n`;
}

const auditId = './audit/';

function nodesOfEntry(entry: ElnEntry, index: number, { entryFiles }: CrateFiles, person: (name: string) => { '@id': string }): Node[] {
  const properties = entry.properties.map(({ id, value }, i) => (
    { '@id': `#property-${index + 1}-${i + 1}`, '@type': 'PropertyValue', propertyID: id, name: id, value }));
  const node: Node = {
    '@id': folderId(entry.folder), '@type': 'Dataset', name: entry.name, genre: entry.kind, author: person(entry.author),
    dateCreated: iso(entry.createdAtMs), dateModified: iso(entry.changedAtMs),
    identifier: entry.folder,
    ...(entry.text === '' ? {} : { text: entry.text, encodingFormat: entry.textFormat }),
    // One string: an array is an error for the format's checker. A comma inside a keyword would split it.
    ...(entry.keywords.length === 0 ? {} : { keywords: entry.keywords.map((keyword) => keyword.replaceAll(',', ' ')).join(',') }),
    hasPart: entry.files.map(({ path }) => ({ '@id': fileId(path) })),
    ...(entry.mentions.length === 0 ? {} : { mentions: entry.mentions.map((folder) => ({ '@id': folderId(folder) })) }),
    ...(properties.length === 0 ? {} : { variableMeasured: properties.map(({ '@id': id }) => ({ '@id': id })) }),
  };
  const files = entry.files.map(({ path }) => fileNode(entryFiles.get(path) as ListedFile));
  return [node, ...files, ...properties, ...(entry.action === null ? [] : actionNodes(entry.action, index, person))];
}

function actionNodes(action: ElnAction, index: number, person: (name: string) => { '@id': string }): Node[] {
  const instrumentId = `#instrument-${index + 1}`;
  const status = { completed: 'CompletedActionStatus', failed: 'FailedActionStatus', active: 'ActiveActionStatus' }[action.status];
  return [
    {
      '@id': `#action-${index + 1}`, '@type': 'CreateAction', name: action.name, agent: person(action.agent), instrument: { '@id': instrumentId },
      object: action.objects.map((path) => ({ '@id': fileId(path) })), result: action.results.map((path) => ({ '@id': fileId(path) })),
      startTime: iso(action.startedAtMs), ...(action.endedAtMs === null ? {} : { endTime: iso(action.endedAtMs) }), actionStatus: status,
    },
    { '@id': instrumentId, '@type': 'SoftwareApplication', name: action.instrument.name, version: action.instrument.version, url: softwareUrn(action.instrument.name) },
  ];
}

function auditNode(content: ElnContent, files: CrateFiles, exporter: { '@id': string }): Node {
  return {
    '@id': auditId, '@type': 'Dataset', name: 'Audit trail', genre: 'resource', author: exporter,
    dateCreated: iso(content.exportedAtMs), dateModified: iso(content.exportedAtMs),
    description: 'The signed history of the project, the public keys, and how to verify this archive.',
    hasPart: files.auditFiles.map(({ path }) => ({ '@id': fileId(path) })),
  };
}

function fileNode(file: ListedFile): Node {
  return {
    '@id': fileId(file.path), '@type': 'File', name: file.name,
    ...(file.description === '' ? {} : { description: file.description }),
    encodingFormat: file.encodingFormat, contentSize: String(file.sizeBytes), sha256: file.sha256,
  };
}

function fileId(path: string): string {
  return `./${path}`;
}

function folderId(folder: string): string {
  return `./${folder}/`;
}

/** RO-Crate asks a URL of each software; a name that claims no web page is true for any of them. */
function softwareUrn(name: string): string {
  return `urn:assay:software:${encodeURIComponent(name.toLowerCase().replaceAll(' ', '-'))}`;
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
