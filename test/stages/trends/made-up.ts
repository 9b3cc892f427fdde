/** Made-up runs in which all claims of the paper hold, with handles to turn each of them. */
import { RandomStream } from '../../../stages/lib/random.ts';
import type { Run, RunKind } from '../../../stages/results/run.ts';
import { claimsOf } from '../../../stages/trends/claims/registry.ts';
import { judgeClaim, type JudgedClaim } from '../../../stages/trends/judge.ts';
import { controlledRole, rolesSchema, type Role } from '../../../stages/trends/roles.ts';
import type { Pictures, RunResults } from '../../../stages/trends/run-results.ts';
import { Sampler } from '../../../stages/trends/sampler.ts';
import { studyOf, type Study } from '../../../stages/trends/study.ts';
import type { LayerRow } from '../../../stages/spectrum/layers-table.ts';

export const testPictures = 1200;
export const trainPictures = 400;
const classes = 2;

/** Margins are centre + spread z + skew (z^2 - 1), z standard normal and the same picture's at every strength. */
interface Shape {
  readonly centre: number;
  readonly spread: number;
  readonly skew?: number;
}
export interface World {
  readonly seeds: readonly number[];
  readonly strengths: readonly number[];
  /** The strength whose effects a run shows: the identity is the paper's world. */
  readonly effect: (run: Run) => number;
  /** The strength whose robustness a run shows. */
  readonly robustness: (run: Run) => number;
  readonly change: (results: RunResults) => RunResults;
}
export const paperWorld: World = {
  seeds: [0, 1, 2],
  strengths: [4, 8, 16],
  effect: ({ epsilon }) => epsilon,
  robustness: ({ epsilon }) => epsilon,
  change: (results) => results,
};

const between = (effect: number, at4: number, at16: number): number =>
  at4 + ((at16 - at4) * Math.log2(effect / 4)) / 2;

/** The nets of the main set fit all training pictures; those of others, and controlled ones, less so at greater strengths. */
function shapes({ data, sp }: Run, effect: number): { test: Shape; train: Shape } {
  const from = (centre: number, spread: number) => ({
    to: (lastCentre: number, lastSpread: number): Shape => ({
      centre: between(effect, centre, lastCentre),
      spread: between(effect, spread, lastSpread),
    }),
  });
  if (data === 'wide') return { test: from(3.5, 4).to(1.6, 3), train: from(6, 2).to(1.9, 2.2) };
  const test = from(4.2, 4).to(2.4, 2.6);
  if (data === 'first' && sp === 'none')
    return { test, train: { ...from(6, 0.9).to(1.9, 0.6), skew: between(effect, 0.5, 0.2) } };
  return { test, train: from(6, 2).to(2.6, 2.3) };
}

function pictures(count: number, { centre, spread, skew = 0 }: Shape, seed: number, set: number): Pictures {
  const common = new RandomStream(7, 'evaluation', [set]);
  const own = new RandomStream(seed, 'evaluation', [set, 1]);
  const margin = Float32Array.from({ length: count }, () => {
    const z = (common.normal() + 0.03 * own.normal()) / Math.hypot(1, 0.03);
    return centre + spread * z + skew * (z * z - 1);
  });
  const loss = margin.map((m) => Math.log1p(Math.exp(-m)));
  return {
    index: Int32Array.from({ length: count }, (_, i) => i),
    classes,
    loss,
    margin,
    probability: loss.map((l) => Math.exp(-l)),
    correct: Uint8Array.from(margin, (m) => (m > 0 ? 1 : 0)),
    logitSum: new Float64Array(count),
    logitSquares: Float64Array.from(margin, (m) => (m * m) / 2),
  };
}

/** Ten layers, in nine of which the STD falls. */
const layers = ({ seed }: Run, effect: number): LayerRow[] =>
  (['operator', 'reshaped'] as const).flatMap((form) =>
    Array.from({ length: 10 }, (_, i) => ({
      layer: i + 1,
      name: `layer${i + 1}.weight`,
      form,
      n: 8,
      stride: 1,
      inputs: 4,
      outputs: 4,
      count: 256,
      max: 3,
      min: 0,
      mean: 1,
      std: (i === 0 ? between(effect, 0.5, 0.52) : between(effect, 0.6, 0.4)) + 0.001 * seed,
      frobenius: between(effect, 20, 15),
    })),
  );

/** Runs without the world's change: worlds share most of them, and drawing them is what takes time. */
const drawn = new Map<string, RunResults>();

function madeUpRun(run: Run, { effect, robustness, change }: World): RunResults {
  const key = JSON.stringify([run, effect(run), robustness(run)]);
  const known = drawn.get(key) ?? drawRun(run, effect(run), robustness(run));
  drawn.set(key, known);
  return change(known);
}

function drawRun(run: Run, strength: number, robustAs: number): RunResults {
  const { test: testShape, train: trainShape } = shapes(run, strength);
  const test = pictures(testPictures, testShape, run.seed, 0);
  const threshold = between(robustAs, 4, 1);
  const first = 800;
  const wrongness = new RandomStream(run.seed, 'evaluation', [9]);
  return {
    run,
    test,
    train: pictures(trainPictures, trainShape, run.seed, 1),
    attacked: {
      attack: {
        name: 'fixed',
        kind: 'pgd',
        epsilon: 8,
        stepSize: 2,
        steps: 10,
        restarts: 1,
        randomStart: 'true',
        examples: first,
        cleanAccuracy: 0.8,
        conditional: 0.5,
        unconditional: 0.4,
        loss: 2,
      },
      clean: test.correct.slice(0, first),
      attacked: Uint8Array.from(test.margin.slice(0, first), (m) => (m > threshold ? 1 : 0)),
    },
    masking: [{ check: 'zero gradients', value: 0, limit: 0, flagged: 'false' }],
    spectra: layers(run, strength),
    variation: {
      epsilon: 8,
      loss: test.loss.slice(0, first),
      correct: test.correct.slice(0, first),
      change: test.loss
        .slice(0, first)
        .map((loss) => between(strength, 1, 0.3) * (0.4 + Math.min(loss, 3) + 0.3 * wrongness.uniform())),
    },
    history: Array.from({ length: 10 }, (_, epoch) => ({
      cleanLoss: (2 - 0.19 * epoch) * between(strength, 0.8, 1),
      cleanAccuracy: 0.5 + 0.05 * epoch,
    })),
    training: {
      logSpectralComplexity: run.sp === 'none' ? 30 : 3 * run.sp,
      layersClipped: run.sp === 'none' ? 0 : 12,
    },
  };
}

const kind = (data: string, net: string, other: Partial<RunKind> = {}): RunKind => ({
  data,
  net,
  attack: 'pgd',
  sp: 'none',
  ...other,
});
const kinds = {
  main: kind('first', 'small'),
  other: kind('second', 'small'),
  wide: kind('wide', 'bottleneck'),
  deeper: kind('first', 'deep'),
  deeperOther: kind('second', 'deep'),
  fgsm: kind('first', 'small', { attack: 'fgsm' }),
  fgsmOther: kind('second', 'small', { attack: 'fgsm' }),
} as const;
export const levels = [5, 1, 3] as const;

/** All roles but the absent ones, with original data. */
export function rolesWithout(absent: readonly string[] = [], original = true) {
  const subject = (runs: RunKind) => ({ runs, dataTitle: runs.data, netTitle: runs.net, original });
  return rolesSchema.parse({
    ...Object.fromEntries(
      Object.entries(kinds).map(([role, runs]) => [role, absent.includes(role) ? null : subject(runs)]),
    ),
    controlled: levels
      .filter((level) => !absent.includes(controlledRole(level)))
      .map((level) => ({ level, subject: subject(kind('first', 'small', { sp: level })) })),
  });
}

export function madeUpRuns(world: World): RunResults[] {
  const all = [...Object.values(kinds), ...levels.map((sp) => kind('first', 'small', { sp }))];
  return all.flatMap((runs) =>
    world.strengths.flatMap((epsilon) =>
      world.seeds.map((seed) => madeUpRun({ ...runs, epsilon, seed }, world)),
    ),
  );
}

export function madeUpStudy(other: Partial<World> = {}, roles = rolesWithout()): Study {
  return studyOf(
    { profile: 'quick', scope: 'analogue', roles },
    madeUpRuns({ ...paperWorld, ...other }),
    new Sampler(1, 60),
  );
}

export interface Verdicts {
  readonly all: readonly JudgedClaim[];
  /** "holds", or "not measurable: why". */
  readonly of: (claim: string, role: Role) => string;
}

export function verdictsOf(study: Study): Verdicts {
  const all = claimsOf(study.levels).map((claim) => judgeClaim(claim, study));
  const of = (id: string, role: Role): string => {
    const { verdict, reason } = all
      .find(({ claim }) => claim.id === id)!
      .subjects.find((subject) => subject.role === role)!.judged.finding;
    return verdict === 'holds' ? verdict : `${verdict}: ${reason}`;
  };
  return { all, of };
}
