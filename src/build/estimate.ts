/** How long steps will take, as far as this checkout can know. */
import type { Step } from '../pipeline/step.ts';
import type { LastResults } from './last.ts';

export interface Estimate {
  readonly ms: number;
  /** `step`: it was built here before. `stage`: judged by other steps of its stage, in proportion to their work. */
  readonly from: 'step' | 'stage';
}
export interface Estimator {
  (step: Step): Estimate | undefined;
  /** The step was built meanwhile: its stage is judged anew while little is known of it. */
  learn(step: Step): void;
}

/** Enough for a median; reading the memory of a hundred thousand steps would cost more than it tells. */
const SAMPLES = 25;

/** Looks among `steps` for others of the same stage only where a step itself was never built. */
export function createEstimator(steps: readonly Step[], last: LastResults): Estimator {
  let byStage: ReadonlyMap<unknown, readonly Step[]> | undefined;
  const paces = new Map<unknown, Pace>();
  const paceOf = ({ stage }: Step): Pace => {
    byStage ??= groupByStage(steps);
    const pace = paces.get(stage) ?? paceAmong(byStage.get(stage) ?? [], last);
    paces.set(stage, pace);
    return pace;
  };
  const estimate = (step: Step): Estimate | undefined => {
    const own = last.of(step.name)?.built?.facts.ms;
    if (own !== undefined) return { ms: own, from: 'step' };
    const { ms, msPerWork } = paceOf(step);
    const { work } = step.options;
    if (work === undefined) return ms === undefined ? undefined : { ms, from: 'stage' };
    return msPerWork === undefined ? undefined : { ms: msPerWork * work, from: 'stage' };
  };
  return Object.assign(estimate, {
    learn({ stage }: Step) {
      if ((paces.get(stage)?.samples ?? SAMPLES) < SAMPLES) paces.delete(stage);
    },
  });
}

/** What a scheduler assumes: the estimate, else a guess that keeps longer work first. */
export function assumedMs(step: Step, estimate: Estimator): number {
  const WORK_PER_MS = 1e7;
  return estimate(step)?.ms ?? (step.options.work === undefined ? 1000 : step.options.work / WORK_PER_MS);
}

interface Pace {
  readonly samples: number;
  readonly ms: number | undefined;
  readonly msPerWork: number | undefined;
}

function paceAmong(steps: readonly Step[], last: LastResults): Pace {
  const known: { ms: number; work: number | undefined }[] = [];
  for (const step of steps) {
    const ms = last.of(step.name)?.built?.facts.ms;
    if (ms !== undefined) known.push({ ms, work: step.options.work });
    if (known.length === SAMPLES) break;
  }
  const rates = known.flatMap(({ ms, work }) => (work ? [ms / work] : []));
  return {
    samples: known.length,
    ms: median(known.map(({ ms }) => ms)),
    msPerWork: median(rates),
  };
}

function groupByStage(steps: readonly Step[]): Map<unknown, Step[]> {
  const groups = new Map<unknown, Step[]>();
  for (const step of steps) {
    const group = groups.get(step.stage);
    if (group) group.push(step);
    else groups.set(step.stage, [step]);
  }
  return groups;
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
