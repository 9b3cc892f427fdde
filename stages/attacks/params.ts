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

/** Attacks on finished nets: a name each, and restarts. */
const attackName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]*$/,
    'a name has small letters, digits, dots and hyphens: it stands in tables and array names',
  )
  .describe('Name in tables and figures: fixed, matched, fgsm, curve-4, …');

export const namedAttackSchema = z.discriminatedUnion('kind', [
  pgdSchema
    .extend({
      name: attackName,
      restarts: z
        .int()
        .positive()
        .default(1)
        .describe('Random starts; a picture withstands the attack only if it withstands all of them'),
    })
    .refine(({ restarts, randomStart }) => restarts === 1 || randomStart, {
      path: ['restarts'],
      message: 'restarts without a random start would all be the same',
    }),
  fgsmSchema.extend({ name: attackName }),
]);
export type NamedAttack = z.output<typeof namedAttackSchema>;

export const namedAttacksSchema = z
  .array(namedAttackSchema)
  .min(1)
  .refine((attacks) => new Set(attacks.map(({ name }) => name)).size === attacks.length, {
    message: 'two attacks have the same name',
  });

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
