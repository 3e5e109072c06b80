/** From the choice in a configuration to an optimizer. */
import type { OptimizerChoice } from '../../../shared/domain/train-config.ts';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { lion } from './lion.ts';
import type { Optimizer } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

export function createOptimizer(choice: OptimizerChoice): Optimizer {
  switch (choice.kind) {
    case 'adam': return adam;
    case 'adamw': return adamw(choice.weightDecay);
    case 'sgd': return sgd(choice.momentum, choice.nesterov);
    case 'rmsprop': return rmsprop(choice.decay);
    case 'lion': return lion(choice.weightDecay);
  }
}
