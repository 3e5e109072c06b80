/** What a run has decided so far: where it is, the best epoch, what plateaus did to the learning rate, when to stop. */
import type { ScheduleChoice, TrainConfig } from '../../shared/domain/train-config.ts';
import { rateAt } from '../../shared/math/schedule.ts';
import type { RunProgress } from './checkpoint.ts';
import type { Score } from './score.ts';
import type { Weights } from './trainer.ts';

export interface Best {
  /** 0 for weights that are kept although no epoch was over. */
  readonly epoch: number;
  readonly weights: Weights;
  readonly score: Score;
}

type Decided = Pick<RunProgress, 'epochCount' | 'offset' | 'lossSum' | 'best' | 'plateau'>;

export class Course {
  /** Epochs done. */
  epochCount = 0;
  /** Rows done of the epoch after these. */
  offset = 0;
  /** Of their losses. */
  lossSum = 0;
  best: Best | null = null;
  readonly #config: TrainConfig;
  readonly #stepsPerEpoch: number;
  #plateau: RunProgress['plateau'] = { factor: 1, waited: 0, best: null };

  constructor(config: TrainConfig, stepsPerEpoch: number) {
    this.#config = config;
    this.#stepsPerEpoch = stepsPerEpoch;
  }

  /** Whether all epochs are done, or none has been better for too long. */
  get isOver(): boolean {
    const { maxEpochs, patience } = this.#config;
    if (this.epochCount >= maxEpochs) return true;
    return patience !== null && this.best !== null && this.epochCount - this.best.epoch >= patience;
  }

  /** The learning rate of a step (the first is 1), as far as plateaus are known. */
  rateAt(step: number): number {
    const { schedule, learningRate, maxEpochs, warmupEpochs } = this.#config;
    return rateAt(schedule, {
      learningRate, maxEpochs, stepsPerEpoch: this.#stepsPerEpoch, warmupSteps: Math.round(warmupEpochs * this.#stepsPerEpoch), plateauFactor: this.#plateau.factor,
    }, step);
  }

  /** The epoch is over, and its weights scored on the validation part. */
  endEpoch(weights: Weights, score: Score): void {
    this.epochCount += 1;
    this.offset = 0;
    this.lossSum = 0;
    if (this.best === null || score.loss < this.best.score.loss) this.best = { epoch: this.epochCount, weights, score };
    if (this.#config.schedule.kind === 'plateau') this.#plateau = afterEpoch(this.#plateau, this.#config.schedule, score.loss);
  }

  /** For a checkpoint; the best weights go beside it. */
  decided(): Decided {
    const { epochCount, offset, lossSum, best } = this;
    return { epochCount, offset, lossSum, best: best && { epoch: best.epoch, score: best.score }, plateau: this.#plateau };
  }

  /** Goes on from what `decided` gave. */
  restore({ epochCount, offset, lossSum, best, plateau }: Decided, bestWeights: Weights | null): void {
    Object.assign(this, { epochCount, offset, lossSum });
    this.best = best === null || bestWeights === null ? null : { ...best, weights: bestWeights };
    this.#plateau = plateau;
  }
}

/** The rate falls when the loss has not improved for `patience` epochs, and the count begins anew. */
function afterEpoch({ factor, waited, best }: RunProgress['plateau'], choice: ScheduleChoice & { kind: 'plateau' }, loss: number): RunProgress['plateau'] {
  if (best === null || loss < best) return { factor, waited: 0, best: loss };
  return waited + 1 >= choice.patience ? { factor: factor * choice.factor, waited: 0, best } : { factor, waited: waited + 1, best };
}
