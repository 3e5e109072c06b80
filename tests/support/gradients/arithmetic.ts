/** Gradient cases of elementwise arithmetic and functions. */
import { first, one, pair, second } from './case.ts';
import type { GradientCases } from './case.ts';

export const arithmeticCases: GradientCases = {
  'add with broadcasting': { shapes: pair, build: (op, x) => op.add(first(x), second(x)) },
  'sub with broadcasting': { shapes: pair, build: (op, x) => op.sub(first(x), second(x)) },
  'mul with broadcasting': { shapes: pair, build: (op, x) => op.mul(first(x), second(x)) },
  'div with broadcasting': { shapes: pair, isPositive: true, build: (op, x) => op.div(first(x), second(x)) },
  'mul of a value by itself': { shapes: one, build: (op, x) => op.square(first(x)) },
  'pow with broadcasting': { shapes: pair, isPositive: true, build: (op, x) => op.pow(first(x), second(x)) },
  'pow of both signs by a whole number': { shapes: one, build: (op, x, coin) => op.pow(first(x), op.scalar('float32', coin() ? 3 : -2)) },
  'pow by zero': { shapes: one, build: (op, x) => op.add(op.pow(first(x), op.scalar('float32', 0)), first(x)) },
  neg: { shapes: one, build: (op, x) => op.neg(first(x)) },
  abs: { shapes: one, build: (op, x) => op.abs(first(x)) },
  exp: { shapes: one, build: (op, x) => op.exp(first(x)) },
  log: { shapes: one, isPositive: true, build: (op, x) => op.log(first(x)) },
  sqrt: { shapes: one, isPositive: true, build: (op, x) => op.sqrt(first(x)) },
  erf: { shapes: one, build: (op, x) => op.erf(first(x)) },
  identity: { shapes: one, build: (op, x) => op.square(op.identity(first(x))) },
  'sign, which is flat': { shapes: one, build: (op, x) => op.mul(first(x), op.sign(first(x))) },
  'floor, which is flat': {
    shapes: one, build: (op, x) => op.mul(first(x), op.floor(op.add(first(x), op.scalar('float32', 0.00123)))),
  },
  'cast to float64 and back': { shapes: one, build: (op, x) => op.cast(op.square(op.cast(first(x), 'float64')), 'float32') },
  'cast to whole numbers, which is flat': { shapes: one, build: (op, x) => op.mul(first(x), op.cast(op.cast(op.greater(first(x), op.scalar('float32', 0)), 'int32'), 'float32')) },
};
