/** From named attacks to lines of attacks.csv. */
import { attackPlan, type NamedAttack } from '../attacks/params.ts';
import type { AttackRow } from '../results/attack-table.ts';
import { mean, robustAccuracy } from './scores.ts';
import type { RepeatedPlan } from './under-attack.ts';
import type { Verdicts } from './verdicts.ts';

export function repeatedPlan(attack: NamedAttack): RepeatedPlan {
  return { ...attackPlan(attack), restarts: attack.kind === 'pgd' ? attack.restarts : 1 };
}

/** @param clean 1 where the net is right without attack; the first pictures of the set, as in `verdicts` */
export function attackRowOf(attack: NamedAttack, clean: Uint8Array, { correct, loss }: Verdicts): AttackRow {
  const { name, kind, epsilon, randomStart } = attack;
  const size =
    attack.kind === 'pgd'
      ? { stepSize: attack.stepSize, steps: attack.steps, restarts: attack.restarts }
      : { stepSize: randomStart ? 1.25 * epsilon : epsilon, steps: 1, restarts: 1 };
  return {
    name,
    kind,
    epsilon,
    ...size,
    randomStart: randomStart ? 'true' : 'false',
    examples: clean.length,
    cleanAccuracy: mean(clean),
    ...robustAccuracy(clean, correct),
    loss: mean(loss),
  };
}
