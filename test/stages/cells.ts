/** Cells of a grid as `pipeline.ts` labels them. */
import type { Run } from '../../stages/results/run.ts';

export const cellOf = (labels: Partial<Run>): Run => ({
  data: 'fashion-mnist',
  net: 'resnet-8',
  attack: 'pgd',
  sp: 'none',
  epsilon: 4,
  seed: 0,
  ...labels,
});
