/** Learning rates over a run. */
import * as z from 'zod';

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('steps'),
    at: z
      .array(z.int().positive())
      .default([100, 150])
      .describe('Epochs (counted from 0) at whose start the rate drops'),
    factor: z.number().positive().max(1).default(0.1).describe('What it is multiplied by at each drop'),
  }),
  z.strictObject({ kind: z.literal('cosine') }),
  z.strictObject({ kind: z.literal('constant') }),
]);
export type Schedule = z.output<typeof scheduleSchema>;

/**
 * The rate of one iteration, in [0, base].
 * @param progress epochs done so far, fractions included: 2.5 is the middle of the third epoch
 * @param warmUp epochs over which the rate rises linearly from 0
 */
export function learningRate(
  schedule: Schedule,
  base: number,
  progress: number,
  epochs: number,
  warmUp: number,
): number {
  const risen = progress < warmUp ? progress / warmUp : 1;
  return base * risen * decay(schedule, progress, epochs);
}

function decay(schedule: Schedule, progress: number, epochs: number): number {
  switch (schedule.kind) {
    case 'steps':
      return schedule.factor ** schedule.at.filter((epoch) => progress >= epoch).length;
    case 'cosine':
      return (1 + Math.cos((Math.PI * progress) / epochs)) / 2;
    case 'constant':
      return 1;
  }
}
