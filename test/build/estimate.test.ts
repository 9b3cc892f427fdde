import { describe, expect, it } from 'vitest';
import { assumedMs, createEstimator } from '../../src/build/estimate.ts';
import type { LastResults } from '../../src/build/last.ts';
import type { Step } from '../../src/pipeline/step.ts';

const train = {};
const draw = {};
const stepOf = (name: string, stage: object, work?: number): Step =>
  ({ name, stage, options: work === undefined ? {} : { work } }) as unknown as Step;

const known = (times: Readonly<Record<string, number>>): LastResults => ({
  of: (step) =>
    times[step] === undefined ? undefined : { step, built: { facts: { ms: times[step] } } as never },
  set: () => undefined,
});

describe('createEstimator', () => {
  const steps = [
    stepOf('short', train, 100),
    stepOf('long', train, 300),
    stepOf('new', train, 200),
    stepOf('silent', train),
    stepOf('figure', draw),
  ];
  const [short, long, fresh, silent, figure] = steps as [Step, Step, Step, Step, Step];

  it("takes a step's own last time before anything else", () => {
    expect(createEstimator(steps, known({ short: 7 }))(short)).toEqual({ ms: 7, from: 'step' });
  });

  it('judges a new step by others of its stage, in proportion to their work', () => {
    const estimate = createEstimator(steps, known({ short: 1000, long: 3000 }));
    expect(estimate(fresh)).toEqual({ ms: 2000, from: 'stage' });
    expect(estimate(silent)).toEqual({ ms: 3000, from: 'stage' });
  });

  it('knows nothing of a stage that never ran, nor of work where only steps without it ran', () => {
    expect(createEstimator(steps, known({ short: 1000 }))(figure)).toBeUndefined();
    expect(createEstimator(steps, known({ silent: 1000 }))(long)).toBeUndefined();
  });

  it('learns of a stage that never ran once one of its steps was built', () => {
    const times: Record<string, number> = {};
    const estimate = createEstimator(steps, known(times));
    expect(estimate(fresh)).toBeUndefined();
    times['short'] = 1000;
    estimate.learn(short);
    expect(estimate(fresh)).toEqual({ ms: 2000, from: 'stage' });
    times['long'] = 6000;
    estimate.learn(long);
    expect(estimate(fresh)).toEqual({ ms: 4000, from: 'stage' });
  });

  it('still puts longer work first where no time is known', () => {
    const estimate = createEstimator(steps, known({}));
    expect(assumedMs(long, estimate)).toBeCloseTo(3 * assumedMs(short, estimate), 12);
    expect(assumedMs(figure, estimate)).toBe(1000);
  });
});
