/** How an inspected ONNX file reads, and what of it is frozen. Pure. */
import type { InspectedLayer, ModelInspection } from '../../shared/domain/model-inspection.ts';

/** How many layers from the first on keep their weights. */
export function freezeIndex(layers: readonly InspectedLayer[], freezeUpTo: string | null): number {
  return freezeUpTo === null ? 0 : layers.findIndex((layer) => layer.name === freezeUpTo) + 1;
}

/** "x (batch × 784)". */
export function portWords({ name, shape }: ModelInspection['inputs'][number]): string {
  return shape === null ? name : `${name} (${shape.join(' \u00d7 ')})`;
}
