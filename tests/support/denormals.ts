/** Files that share a process must leave its arithmetic as it is: ONNX Runtime makes a thread count denormals as zero. */
import { afterAll, expect } from 'vitest';

afterAll(() => {
  expect(Number.MIN_VALUE > 0, 'this file ran ONNX Runtime in its own process: name it in vitest.config.ts').toBe(true);
});
