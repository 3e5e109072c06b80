/** Excel workbooks made part by part, as spreadsheet programs write them and as they should not be. */
import { rawZip, type RawEntry } from './raw-zip.ts';

/** A cell: a number, a boolean, a text of the shared table, nothing, or the XML of what stands in the row. */
export type WorkbookCell = number | boolean | string | null | { readonly xml: string };

export interface WorkbookSheet {
  readonly name: string;
  readonly rows: readonly (readonly WorkbookCell[])[];
}

export interface WorkbookOptions {
  readonly is1904?: boolean;
  /** Parts that replace those made here; null leaves one out. */
  readonly parts?: Readonly<Record<string, string | null>>;
  readonly extra?: readonly RawEntry[];
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** Styles of cells: 0 plain, 1 a date, 2 date and time, 3 a time, 4 an own date format, 5 elapsed hours, 6 colours and text around a number. */
const styles = `<styleSheet xmlns="${main}"><numFmts count="3"><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/><numFmt numFmtId="165" formatCode="[h]:mm"/><numFmt numFmtId="166" formatCode="[Red]0.0&quot; days&quot;"/></numFmts>
<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="7">${[0, 14, 22, 21, 164, 165, 166].map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs></styleSheet>`;

export function workbookOf(sheets: readonly WorkbookSheet[], options: WorkbookOptions = {}): Buffer {
  const texts: string[] = [];
  const made: Record<string, string | null> = {
    '[Content_Types].xml': `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    '_rels/.rels': relations([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${office}">${options.is1904 ? '<workbookPr date1904="1"/>' : ''}<sheets>${sheets.map(({ name }, index) => `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([...sheets.map((_, index) => [`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`] as const), ['rIdS', 'styles', 'styles.xml'], ['rIdT', 'sharedStrings', '/xl/sharedStrings.xml']]),
    'xl/styles.xml': head + styles,
    ...Object.fromEntries(sheets.map(({ rows }, index) => [`xl/worksheets/sheet${index + 1}.xml`, sheetXml(rows, texts)])),
    'xl/sharedStrings.xml': '',
  };
  made['xl/sharedStrings.xml'] = `${head}<sst xmlns="${main}">${texts.join('')}</sst>`;
  const parts = Object.entries({ ...made, ...options.parts });
  return rawZip([...parts.flatMap(([name, data]): RawEntry[] => (data === null ? [] : [{ name, data, deflate: true }])), ...options.extra ?? []]);
}

/** The number `serial` shown by the style `style`. */
export function styled(reference: string, serial: number | string, style: number): { xml: string } {
  return { xml: `<c r="${reference}" s="${style}"><v>${serial}</v></c>` };
}

export function nameOfColumn(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : nameOfColumn(Math.floor(index / 26) - 1) + nameOfColumn(index % 26);
}

function sheetXml(rows: WorkbookSheet['rows'], texts: string[]): string {
  const cell = (value: WorkbookCell, reference: string): string => {
    if (value === null) return '';
    if (typeof value === 'object') return value.xml;
    if (typeof value === 'number') return `<c r="${reference}"><v>${value}</v></c>`;
    if (typeof value === 'boolean') return `<c r="${reference}" t="b"><v>${value ? 1 : 0}</v></c>`;
    texts.push(`<si><t xml:space="preserve">${escaped(value)}</t></si>`);
    return `<c r="${reference}" t="s"><v>${texts.length - 1}</v></c>`;
  };
  const body = rows.map((row, index) => (row.length === 0 ? '' : `<row r="${index + 1}">${row.map((value, column) => cell(value, `${nameOfColumn(column)}${index + 1}`)).join('')}</row>`));
  return `${head}<worksheet xmlns="${main}"><dimension ref="A1"/><sheetData>${body.join('')}</sheetData></worksheet>`;
}

function relations(all: readonly (readonly [string, string, string])[]): string {
  return `${head}<Relationships xmlns="${packageRelations}">${all.map(([id, type, target]) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`).join('')}</Relationships>`;
}

/** What XML cannot hold is written as spreadsheet programs write it. */
function escaped(text: string): string {
  return text.replace(/_x(?=[0-9A-Fa-f]{4}_)/g, '_x005F_x')
    // eslint-disable-next-line no-control-regex -- XML has no control characters
    .replace(/[\0-\x08\x0b-\x1f\ufffe\uffff]/g, (character) => `_x${character.charCodeAt(0).toString(16).padStart(4, '0')}_`)
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\r', '&#13;');
}
