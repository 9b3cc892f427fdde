/** Attacks as stage parameters. Strengths and step sizes are in units of 1/255 of the pixel range, as in the paper's tables. */
import * as z from 'zod';

const epsilon = z.number().nonnegative().max(255).describe('Radius of the L-infinity ball, in 1/255');

export const pgdSchema = z.strictObject({
  kind: z.literal('pgd'),
  epsilon,
  stepSize: z.number().positive().default(2).describe('Step, in 1/255; the paper: 2'),
  steps: z.int().positive().default(10).describe('Gradient steps; the paper: 10'),
  randomStart: z
    .boolean()
    .default(true)
    .describe('Start anywhere in the ball, uniformly, instead of at the picture'),
});

export const fgsmSchema = z.strictObject({
  kind: z.literal('fgsm'),
  epsilon,
  randomStart: z
    .boolean()
    .default(false)
    .describe(
      'Start anywhere in the ball and step 1.25 epsilon (Wong et al. 2020) instead of epsilon from the picture',
    ),
});

export const noAttackSchema = z.strictObject({ kind: z.literal('none') });

export const attackSchema = z.discriminatedUnion('kind', [pgdSchema, fgsmSchema, noAttackSchema]);
export type AttackParams = z.output<typeof attackSchema>;

/** Any of the attacks as projected gradient ascent; sizes are fractions of the pixel range. */
export interface AttackPlan {
  readonly epsilon: number;
  readonly stepSize: number;
  readonly steps: number;
  readonly randomStart: boolean;
}

/** FGSM is one step of size epsilon from the clean picture; no attack is none of size 0. */
export function attackPlan(attack: AttackParams): AttackPlan {
  switch (attack.kind) {
    case 'pgd':
      return {
        epsilon: attack.epsilon / 255,
        stepSize: attack.stepSize / 255,
        steps: attack.steps,
        randomStart: attack.randomStart,
      };
    case 'fgsm': {
      const epsilon = attack.epsilon / 255;
      const { randomStart } = attack;
      return { epsilon, stepSize: randomStart ? 1.25 * epsilon : epsilon, steps: 1, randomStart };
    }
    case 'none':
      return { epsilon: 0, stepSize: 0, steps: 0, randomStart: false };
  }
}
