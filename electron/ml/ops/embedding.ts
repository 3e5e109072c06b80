/**
 * Rows of a table by their numbers. The way back sums what flows to rows that were taken more than once; by what is fastest for the
 * size, and always in the same order, whatever the number of threads (ScatterND with addition would lose updates).
 * Measured with 1024 codes and a width of 128, one thread: 2000 rows by ScatterElements 1.31 ms, by blocks 0.43, by one product 8.0;
 * 50 rows of width 64 0.50, 0.26 and 0.11.
 */
import type { Value } from '../graph.ts';
import { formatShape, isStatic } from '../shapes.ts';
import type { Ops } from './index.ts';

/** Tables of up to so many rows get their gradient as one matrix product. */
const smallTable = 128;
/** Codes of at least so many steps a row are sorted and summed in blocks; the size of a block is a divisor near this one. */
const [fewSteps, blockSize] = [8, 32];

/** table [size, width] at codes (int32, any shape): the shape of the codes with the width behind it. */
export function embed(op: Ops, table: Value, codes: Value): Value {
  const { shape } = table;
  if (shape.length !== 2 || !isStatic(shape)) throw op.graph.shapeError(`an embedding from "${table.name}" ${formatShape(shape)}`);
  const [size, width] = shape as readonly [number, number];
  const steps = codes.shape.length === 2 ? codes.shape[1] : 1;
  return op.graph.composite({
    name: 'Embedding', inputs: [table],
    build: () => ({
      outputs: [op.gather(table, codes)],
      gradient: (at, [flow]) => [() => {
        const back = op.on(at);
        const places = back.reshape(codes, ['places']);
        const rows = back.reshape(flow as Value, ['places', width]);
        if (size <= smallTable) return byProduct(back, places, rows, size);
        if (typeof steps === 'number' && steps >= fewSteps) return byBlocks(back, places, rows, size, divisorNear(steps, blockSize));
        return back.scatterAdd(table, places, rows, 0);
      }],
    }),
  })[0] as Value;
}

/** A matrix of 1 where a place has a row's number, times the flows. */
function byProduct(op: Ops, codes: Value, flows: Value, size: number): Value {
  const numbers = op.graph.constant('int32', [size, 1], Int32Array.from({ length: size }, (_, i) => i), 'numbers');
  return op.matMul(op.cast(op.equal(op.unsqueeze(codes, [0]), numbers), flows.type), flows);
}

/**
 * Sorted codes stand in runs. Within blocks of `length` places the sums over runs are small matrix products; a run that began in an
 * earlier block takes over the sum from there. The last place of a run then has its whole sum, and the table's rows fetch these.
 */
function byBlocks(op: Ops, codes: Value, flows: Value, size: number, length: number): Value {
  const { graph } = op;
  const width = flows.shape[1] as number;
  const [sorted, order] = graph.emit('TopK', {
    inputs: [op.cast(codes, 'int64'), op.shapeOf(codes)],
    outputs: [{ type: 'int64', shape: ['places'] }, { type: 'int64', shape: ['places'] }],
    attributes: { axis: { int: 0 }, largest: { int: 0 }, sorted: { int: 1 } },
  }) as [Value, Value];
  const blocks = op.reshape(sorted, ['blocks', length]);
  const values = op.reshape(op.gather(flows, order), ['blocks', length, width]);
  const first = op.slice(blocks, 1, 0, 1);
  const last = op.slice(blocks, 1, length - 1, length);
  const same = op.cast(op.equal(op.unsqueeze(blocks, [2]), op.unsqueeze(blocks, [1])), flows.type);
  const inFirst = op.cast(op.equal(blocks, first), flows.type);
  const inLast = op.cast(op.equal(blocks, last), flows.type);
  const lastSums = op.reshape(op.matMul(op.unsqueeze(inLast, [1]), values), ['blocks', width]);

  const number = op.range(op.gather(op.shapeOf(blocks), op.scalar('int64', 0)), 'blocks');
  const isEarlier = op.less(op.unsqueeze(number, [0]), op.unsqueeze(number, [1]));
  const goesOn = op.and(op.equal(first, op.reshape(last, [1, 'blocks'])), isEarlier);
  const carried = op.matMul(op.cast(goesOn, flows.type), lastSums);
  const sums = op.matMul(op.concat([same, op.unsqueeze(inFirst, [2])], 2), op.concat([values, op.unsqueeze(carried, [1])], 1));

  // Row 0 of what is fetched is for numbers that did not occur.
  const none = graph.constant('float32', [1, width], new Float32Array(width), 'none');
  const rows = graph.emitOne('Concat', [op.cast(none, flows.type), op.reshape(sums, ['places', width])], flows.type, ['rows', width], { axis: { int: 0 } });
  const place = op.add(op.range(op.size(sorted), 'places'), op.scalar('int64', 1));
  const start = graph.constant('int64', [size], new BigInt64Array(size), 'nowhere');
  const lastPlace = graph.emitOne('ScatterElements', [start, sorted, place], 'int64', [size], { axis: { int: 0 }, reduction: { text: 'max' } });
  return op.gather(rows, lastPlace);
}

/** The divisor of `count` nearest to `wanted`, of two the smaller. */
function divisorNear(count: number, wanted: number): number {
  let best = count;
  for (let divisor = count; divisor >= 2; divisor--) {
    if (count % divisor === 0 && Math.abs(divisor - wanted) <= Math.abs(best - wanted)) best = divisor;
  }
  return best;
}
