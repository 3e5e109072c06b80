/**
 * Minimises a smooth convex function by L-BFGS (Nocedal and Wright, algorithms 7.4 and 7.5) that starts from a metric close
 * to the Hessian, so that few evaluations are needed whatever the scales of its parameters. In float64.
 */

export interface Point {
  readonly loss: number;
  readonly gradient: Float64Array;
}

export interface ConvexProblem {
  /** Where it starts; not written to. */
  readonly start: Float64Array;
  /** What a search for the minimum of a similar function has learnt of its curvature. */
  readonly pairs?: readonly CurvaturePair[];
  evaluate(at: Float64Array): Promise<Point>;
  /** Overwrites a gradient g with M^-1 g, where M is near the Hessian up to a factor. */
  precondition(gradient: Float64Array): void;
  /** Stops when the loss can fall by no more than about this. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** After each iteration; true ends it here. */
  onIteration(iteration: number, loss: number): Promise<boolean>;
}

export interface Minimum {
  readonly at: Float64Array;
  readonly loss: number;
  readonly iterations: number;
  /** `limit`: after `maxIterations`; `stopped`: by `onIteration`. */
  readonly end: 'optimum' | 'limit' | 'stopped';
  readonly pairs: readonly CurvaturePair[];
}

/** A step, and how the gradient changed over it. */
export interface CurvaturePair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** Of the two. */
  readonly product: number;
}

/** Pairs of steps and changes of the gradient that are remembered. */
const memory = 12;
/** Losses are sums of float32 terms and differ by this much for nothing; slopes are far more exact and decide then. */
const lossNoise = (loss: number): number => 1e-6 * Math.abs(loss) + 1e-7;
/** Nocedal and Wright's constants for quasi-Newton methods. */
const [sufficient, curvature] = [1e-4, 0.9];
const maxTrials = 20;

/** Finds the minimum; the loss never rises beyond rounding. */
export async function minimizeConvex(problem: ConvexProblem): Promise<Minimum> {
  const pairs: CurvaturePair[] = [...problem.pairs ?? []];
  let at: Float64Array = problem.start.slice();
  let point = await problem.evaluate(at);
  for (let iteration = 1; ; iteration++) {
    const direction = descent(point.gradient, pairs, problem);
    const slope = dot(direction, point.gradient);
    // Half of it is what Newton's step would gain.
    if (!(slope > 2 * problem.tolerance)) return { at, loss: point.loss, iterations: iteration - 1, end: 'optimum', pairs };
    if (iteration > problem.maxIterations) return { at, loss: point.loss, iterations: iteration - 1, end: 'limit', pairs };
    const next = await searchLine(problem, at, point, direction, slope);
    if (next === null) {
      // What rounding hides cannot be gained; else what was learnt misleads: once more from the metric alone.
      if (slope <= lossNoise(point.loss) || pairs.length === 0) return { at, loss: point.loss, iterations: iteration - 1, end: 'optimum', pairs };
      pairs.length = 0;
      continue;
    }
    remember(pairs, subtract(next.at, at), subtract(next.point.gradient, point.gradient));
    ({ at, point } = next);
    if (await problem.onIteration(iteration, point.loss)) return { at, loss: point.loss, iterations: iteration, end: 'stopped', pairs };
  }
}

function remember(pairs: CurvaturePair[], step: Float64Array, change: Float64Array): void {
  const product = dot(step, change);
  if (!(product > 1e-14 * Math.sqrt(dot(step, step) * dot(change, change)))) return;
  pairs.push({ step, change, product });
  if (pairs.length > memory) pairs.shift();
}

/** H g, by the two-loop recursion; the way down is against it. */
function descent(gradient: Float64Array, pairs: readonly CurvaturePair[], { precondition }: ConvexProblem): Float64Array {
  const result = gradient.slice();
  const shares = pairs.map(() => 0);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, change, product } = pairs[i] as CurvaturePair;
    shares[i] = dot(step, result) / product;
    addScaled(result, change, -(shares[i] as number));
  }
  precondition(result);
  const last = pairs.at(-1);
  if (last !== undefined) {
    const conditioned = last.change.slice();
    precondition(conditioned);
    const scale = last.product / dot(last.change, conditioned);
    for (let i = 0; i < result.length; i++) result[i]! *= scale;
  }
  for (const [i, { step, change, product }] of pairs.entries()) {
    addScaled(result, step, (shares[i] as number) - dot(change, result) / product);
  }
  return result;
}

/**
 * A length along -direction that meets the strong Wolfe conditions. The slope along a line grows in a convex function, so
 * its zero is enclosed and found by the secant rule. Null when no length makes the loss smaller.
 */
async function searchLine(
  problem: ConvexProblem, at: Float64Array, from: Point, direction: Float64Array, slope: number,
): Promise<{ at: Float64Array; point: Point } | null> {
  let low = { length: 0, slope: -slope };
  let high: { length: number; slope: number } | null = null;
  let length = 1;
  for (let trial = 0; trial < maxTrials; trial++) {
    const there = at.slice();
    addScaled(there, direction, -length);
    const point = await problem.evaluate(there);
    const slopeThere = -dot(direction, point.gradient);
    const isLower = point.loss <= from.loss - sufficient * length * slope + lossNoise(from.loss);
    if (isLower && Math.abs(slopeThere) <= curvature * slope) return { at: there, point };
    if (isLower && slopeThere < 0) low = { length, slope: slopeThere };
    else high = { length, slope: slopeThere };
    length = nextLength(low, high);
    if (high !== null && high.length - low.length < 1e-12 * high.length) return null;
  }
  return null;
}

/** Where the secant through both slopes is zero, well within the bracket; without one, up to ten times as far. */
function nextLength(low: { length: number; slope: number }, high: { length: number; slope: number } | null): number {
  if (high === null) return Math.max(low.length * 4, 1e-3);
  const width = high.length - low.length;
  const share = high.slope > 0 ? -low.slope / (high.slope - low.slope) : 0.5;
  return low.length + width * Math.min(Math.max(Number.isFinite(share) ? share : 0.5, 0.1), 0.9);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function addScaled(target: Float64Array, source: Float64Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += scale * (source[i] as number);
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number));
}
