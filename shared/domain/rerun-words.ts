/** The verdict of a rerun in words, for the window and the command line. */
import type { FirstDifference, RerunVerdict } from './runs.ts';

export interface VerdictWords {
  readonly title: string;
  readonly sentences: readonly string[];
}

export function verdictWords(verdict: RerunVerdict): VerdictWords {
  switch (verdict.kind) {
    case 'bitwise-equal':
      return { title: 'Bitwise equal', sentences: ['Graph, weights, exported model and every metric came out the same, bit for bit.'] };
    case 'within-tolerance':
      return {
        title: 'Equal within tolerance',
        sentences: [
          `Losses differ by at most ${digits(verdict.largestDifference)}, relative to their size; ${digits(verdict.tolerance)} is allowed on this provider.`,
          ...verdict.environment, ...firstSentences(verdict.first),
        ],
      };
    case 'different':
      return { title: 'Different', sentences: [...(verdict.first ? firstSentences(verdict.first) : []), ...verdict.differences] };
  }
}

function firstSentences({ step, tensor }: FirstDifference): string[] {
  const loss = (value: number | null): string => (value === null ? 'none' : digits(value, 9));
  return [
    ...(step === null ? ['The loss of every step is the same.'] : [`The first loss that differs is of step ${step.step}: ${loss(step.before)} before, ${loss(step.now)} now.`]),
    ...(tensor === null ? [] : [`The first tensor that differs is ${tensor.name}, at the end of epoch ${tensor.epoch}.`]),
  ];
}

/** Nine digits tell any two numbers of float32 apart. */
function digits(value: number, count = 2): string {
  return String(Number(value.toPrecision(count)));
}
