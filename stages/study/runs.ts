/** Training runs and what is measured of each: the grid that all figures and tables are made from. */
import { grid, step } from 'ar-pipe';
import attackEval from '../attack-eval.ts';
import evaluate from '../evaluate.ts';
import lossVariation from '../loss-variation.ts';
import svdPerLayer from '../svd-per-layer.ts';
import theory from '../theory.ts';
import train from '../train.ts';
import { countsOf, type Pictures } from './pictures.ts';
import type { Profile, Study } from './profile.ts';
import { attackPasses, forwardWork, trainingPasses } from './work.ts';

/** How the runs of one grid differ from those of another. */
export interface Variant {
  readonly attack: 'pgd' | 'fgsm';
  /** Level of the spectral norms (the paper's SP). */
  readonly sp: number | 'none';
  /** Whether the security curve is measured, or the two strengths of the tables alone. */
  readonly curve: boolean;
}

/**
 * One net for each strength and seed, each measured. Seeds name the random streams, so that initialisation, batch order and noise
 * are the same at every strength: differences are paired. Steps that no target needs are never built.
 */
export function trainingRuns(
  study: Study,
  pictures: Pictures,
  { strengths, seeds, evaluation, coverings }: Profile,
  variant: Variant,
) {
  const { data, name: net, training } = study;
  const counts = countsOf(study);
  const forward = forwardWork(study.net, data.shape);
  const attacked = Math.min(counts.test, evaluation.pictures ?? counts.test);
  const labels = { data: [data.name], net: [net], attack: [variant.attack], sp: [variant.sp] };
  return grid({ ...labels, epsilon: strengths, seed: seeds }, ({ epsilon, seed }) => {
    const attack = trainingAttack(study, variant, epsilon);
    const cell = [data.name, net, ...variantName(variant, epsilon), `seed-${seed}`].join('/');
    const weights = step(`train/${cell}`, train, {
      params: {
        net: study.net,
        attack,
        ...training,
        ...(variant.sp === 'none' ? {} : { spectralControl: { level: variant.sp } }),
      },
      needs: { train: pictures },
      seed: `seed-${seed}`,
      work: forward * counts.train * training.epochs * trainingPasses(stepsOf(attack)),
    });
    const { fixed, curve } = evaluation;
    const radii = variant.curve ? curve : [];
    // Claims are judged by the loss variation at the strength of the fixed attack.
    const varied = [...new Set([...curve, fixed.epsilon])].sort((a, b) => a - b);
    const attacks = {
      fixed,
      matched: { ...fixed, epsilon },
      ...Object.fromEntries(radii.map((radius) => [`curve-${radius}`, { ...fixed, epsilon: radius }])),
    };
    return {
      weights,
      evaluation: step(`evaluate/${cell}`, evaluate, {
        needs: { weights, train: pictures, test: pictures },
        work: forward * (counts.train + counts.test),
      }),
      spectrum: step(`svd-per-layer/${cell}`, svdPerLayer, { needs: { weights } }),
      attacks: step(`attack-eval/${cell}`, attackEval, {
        params: {
          attacks: [
            ...Object.entries(attacks).map(([name, plan]) => ({ name, kind: 'pgd' as const, ...plan })),
            { name: 'fgsm', kind: 'fgsm' as const, epsilon: fixed.epsilon },
          ],
          pictures: evaluation.pictures,
          masking: { pictures: evaluation.masking, ...fixed },
        },
        needs: { weights, test: pictures },
        // The same starts for every net.
        seed: 'attack-eval',
        work:
          forward * attacked * attackPasses(fixed.steps) * new Set([fixed.epsilon, epsilon, ...radii]).size,
      }),
      theory: step(`theory/${cell}`, theory, {
        params: {
          // An ordinarily trained net is robust to nothing; its ingredients are still worth a look.
          epsilon: epsilon === 0 ? Math.min(...strengths.filter((strength) => strength > 0)) : epsilon,
          coverings: coverings.map((K) => ({ K })),
        },
        needs: { weights, train: pictures, test: pictures },
      }),
      variation: step(`loss-variation/${cell}`, lossVariation, {
        params: {
          epsilons: varied,
          steps: fixed.steps,
          stepSize: fixed.stepSize,
          pictures: evaluation.pictures,
        },
        needs: { weights, test: pictures },
        work: forward * attacked * attackPasses(fixed.steps) * varied.length,
      }),
    };
  });
}
export type TrainingRun = ReturnType<typeof trainingRuns>[number];

function trainingAttack({ attack }: Study, variant: Variant, epsilon: number) {
  if (epsilon === 0) return { kind: 'none' as const };
  return variant.attack === 'fgsm'
    ? { kind: 'fgsm' as const, epsilon }
    : { kind: 'pgd' as const, epsilon, ...attack(epsilon) };
}

const stepsOf = (attack: ReturnType<typeof trainingAttack>): number =>
  attack.kind === 'pgd' ? attack.steps : attack.kind === 'fgsm' ? 1 : 0;

function variantName({ attack, sp }: Variant, epsilon: number): string[] {
  return [...(sp === 'none' ? [] : [`sp-${sp}`]), `${attack}-${epsilon}`];
}
