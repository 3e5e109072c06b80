/**
 * A model made to take and give numbers where its file takes and gives words. Strings are slow to pass to ONNX Runtime, and
 * columns in memory are numbered words already: the file's own tables are looked up once per word instead of once per row.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import type { GraphProto, NodeProto, ValueInfoProto } from 'onnx-buf';

/** What stands for each word of an input. */
export interface WordTable {
  readonly numbers: ReadonlyMap<string, number>;
  readonly otherwise: number;
}

export interface CodedModel {
  readonly bytes: Uint8Array;
  /** Inputs that take int32 in place of strings, by name. */
  readonly inputs: ReadonlyMap<string, WordTable>;
  /** Outputs that give int32 in place of strings, by name, with the word of each number. */
  readonly outputs: ReadonlyMap<string, ReadonlyMap<number, string>>;
}

const [typeInt32, typeInt64, typeString] = [6, 7, 8];
const attributeInt = 2;

/**
 * Replaces look-ups of words at the ends of a model that passed `checkModel`: every string input that only one LabelEncoder
 * reads, and every string output that a LabelEncoder makes. All else stays as it is.
 */
export function codeWords(modelBytes: Uint8Array): CodedModel {
  const model = fromBinary(ModelProtoSchema, modelBytes);
  const graph = model.graph as GraphProto;
  const inputs = new Map<string, WordTable>();
  const outputs = new Map<string, ReadonlyMap<number, string>>();
  const readers = readersOf(graph);
  for (const input of graph.input) {
    const [reader, ...others] = readers.get(input.name) ?? [];
    if (elementType(input) !== typeString || reader == null || others.length > 0) continue;
    const table = wordTable(reader);
    if (table === null) continue;
    inputs.set(input.name, table);
    setElementType(input, typeInt32);
    becomeCast(reader, typeInt64);
  }
  for (const output of graph.output) {
    const maker = graph.node.find((node) => node.output.includes(output.name));
    if (elementType(output) !== typeString || maker === undefined || readers.has(output.name)) continue;
    const words = wordsOf(maker);
    if (words === null) continue;
    outputs.set(output.name, words);
    setElementType(output, typeInt32);
    becomeCast(maker, typeInt32);
  }
  if (inputs.size + outputs.size === 0) return { bytes: modelBytes, inputs, outputs };
  return { bytes: toBinary(ModelProtoSchema, model), inputs, outputs };
}

/** The nodes that read each value; null stands for one inside a loop or branch, and for the graph's own outputs. */
function readersOf(graph: GraphProto): Map<string, (NodeProto | null)[]> {
  const readers = new Map<string, (NodeProto | null)[]>();
  const add = (name: string, reader: NodeProto | null): void => {
    readers.set(name, [...(readers.get(name) ?? []), reader]);
  };
  const walk = (nodes: readonly NodeProto[], isInside: boolean): void => {
    for (const node of nodes) {
      for (const name of node.input) add(name, isInside ? null : node);
      for (const { g, graphs } of node.attribute) {
        for (const inner of [...(g === undefined ? [] : [g]), ...graphs]) {
          walk(inner.node, true);
          for (const { name } of inner.output) add(name, null);
        }
      }
    }
  };
  walk(graph.node, false);
  const made = new Set(graph.input.map(({ name }) => name));
  for (const { name } of graph.output) if (made.has(name)) add(name, null);
  return readers;
}

/** The table of a LabelEncoder from words to numbers; null for other nodes. The first of equal words counts. */
function wordTable(node: NodeProto): WordTable | null {
  const [words, values] = [attributeOf(node, 'keys_strings')?.strings, attributeOf(node, 'values_int64s')?.ints.map(Number)];
  if (node.opType !== 'LabelEncoder' || words === undefined || values === undefined || words.length !== values.length) return null;
  const otherwise = Number(attributeOf(node, 'default_int64')?.i ?? -1n);
  if (![...values, otherwise].every((value) => (value | 0) === value)) return null;
  const numbers = new Map<string, number>();
  words.forEach((bytes, i) => {
    const word = utf8.decode(bytes);
    if (!numbers.has(word)) numbers.set(word, values[i] as number);
  });
  return { numbers, otherwise };
}

/** The words of a LabelEncoder from numbers; null for other nodes. */
function wordsOf(node: NodeProto): ReadonlyMap<number, string> | null {
  const [keys, words] = [attributeOf(node, 'keys_int64s')?.ints.map(Number), attributeOf(node, 'values_strings')?.strings];
  if (node.opType !== 'LabelEncoder' || keys === undefined || words === undefined || keys.length !== words.length) return null;
  if (!keys.every((key) => (key | 0) === key)) return null;
  return new Map(keys.map((key, i) => [key, utf8.decode(words[i] as Uint8Array)]));
}

const utf8 = new TextDecoder();

function attributeOf(node: NodeProto, name: string): NodeProto['attribute'][number] | undefined {
  return node.attribute.find((attribute) => attribute.name === name);
}

function becomeCast(node: NodeProto, to: number): void {
  const attribute = node.attribute[0] as NodeProto['attribute'][number];
  Object.assign(attribute, { name: 'to', type: attributeInt, i: BigInt(to), ints: [], strings: [] });
  Object.assign(node, { opType: 'Cast', domain: '', attribute: [attribute] });
}

function elementType(value: ValueInfoProto): number | null {
  return value.type?.value.case === 'tensorType' ? value.type.value.value.elemType : null;
}

function setElementType(value: ValueInfoProto, type: number): void {
  if (value.type?.value.case === 'tensorType') value.type.value.value.elemType = type;
}
