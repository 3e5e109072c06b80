/** Cholesky factorisation of symmetric positive definite matrices, row-major in float64. */

/**
 * Turns the lower triangle of the symmetric `matrix` [size, size] into its factor L with L L^T = matrix, in place, and
 * yields after every few rows, where long work lets messages in. A pivot of no more than `tiny` times its diagonal element
 * means that the row depends on those before it: it becomes that limit. Cost: size^3 / 3.
 * Source: Golub and Van Loan, Matrix Computations, algorithm 4.2.
 */
export function* choleskySteps(matrix: Float64Array, size: number, tiny = 1e-12): Generator<void, void> {
  let work = 0;
  for (let i = 0; i < size; i++) {
    const diagonal = matrix[i * size + i] as number;
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (matrix[i * size + k] as number) * (matrix[j * size + k] as number);
      if (j < i) matrix[i * size + j] = sum / (matrix[j * size + j] as number);
      else matrix[i * size + i] = Math.sqrt(Math.max(sum, Math.abs(diagonal) * tiny, Number.MIN_VALUE));
    }
    work += i * i;
    if (work > 20_000_000) {
      work = 0;
      yield;
    }
  }
}

/** Solves L L^T x = b for the factor L of `choleskySteps`; writes x over `b` [size]. Cost: 2 size^2. */
export function solveCholesky(factor: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = b[i] as number;
    for (let k = 0; k < i; k++) sum -= (factor[i * size + k] as number) * (b[k] as number);
    b[i] = sum / (factor[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    const x = (b[i] as number) / (factor[i * size + i] as number);
    b[i] = x;
    for (let k = 0; k < i; k++) b[k]! -= (factor[i * size + k] as number) * x;
  }
}
