import { describe, expect, it } from 'vitest';
import { forecast, forecaster, type Outlook } from '../../src/build/forecast.ts';
import type { Event } from '../../src/core/events.ts';
import type { Step } from '../../src/pipeline/step.ts';

const stepOf = (name: string, ...upstream: Step[]): Step => ({ name, upstream }) as unknown as Step;

const data = stepOf('data');
const cells = ['a', 'b', 'c', 'd'].map((name) => stepOf(name, data));
const table = stepOf('table', ...cells);
const steps = [data, ...cells, table];

const outlook = (change: Partial<Outlook> = {}): Outlook => ({
  steps,
  isSettled: () => false,
  isStopping: () => false,
  expected: () => 10_000,
  share: () => 0.5,
  ...change,
});
const started = (step: string, etaMs: number | null = 10_000): Event => ({
  event: 'step-started',
  step,
  key: 'ab',
  reasons: [],
  etaMs,
});

describe('forecast', () => {
  it('is never below the longest chain of steps', () => {
    expect(forecast(outlook({ share: () => 0 }), new Map(), 0)).toEqual({ leftMs: 30_000, unknown: 0 });
  });

  it('counts work with the share of the machine it takes', () => {
    expect(forecast(outlook(), new Map(), 0).leftMs).toBe(30_000);
    expect(forecast(outlook({ share: () => 1 }), new Map(), 0).leftMs).toBe(60_000);
  });

  it('takes running steps by their own pace, and nothing for those that overrun', () => {
    const running = { startedAt: 0, etaMs: 10_000, total: null, unit: '' };
    const isSettled = (step: Step): boolean => step === data;
    expect(forecast(outlook({ isSettled }), new Map([['a', running]]), 4000).leftMs).toBe(23_000);
    expect(forecast(outlook({ isSettled }), new Map([['a', running]]), 40_000).leftMs).toBe(20_000);
    const paced = { ...running, total: 40, first: { at: 0, done: 10 }, latest: { at: 10_000, done: 20 } };
    const isAlone = (step: Step): boolean => step !== cells[0];
    expect(forecast(outlook({ isSettled: isAlone }), new Map([['a', paced]]), 10_000).leftMs).toBe(20_000);
  });

  it('names how many steps it knows nothing of', () => {
    const expected = (step: Step): number | undefined => (step === table ? undefined : 10_000);
    expect(forecast(outlook({ expected }), new Map(), 0)).toEqual({ leftMs: 25_000, unknown: 1 });
  });

  it('expects no more than what runs once the run is being stopped', () => {
    const running = { startedAt: 0, etaMs: 10_000, total: null, unit: '' };
    expect(forecast(outlook({ isStopping: () => true }), new Map([['data', running]]), 4000)).toEqual({
      leftMs: 6000,
      unknown: 0,
    });
  });
});

describe('forecaster', () => {
  it('tells after events, at most every two seconds, and follows progress', () => {
    let time = 0;
    const told: Event[] = [];
    const hear = forecaster(
      outlook({ steps: [data] }),
      (event) => told.push(event),
      () => time,
    );
    hear({ event: 'notice', level: 'info', message: 'nothing to tell of' });
    hear(started('data', 60_000));
    const progress = { event: 'step-progress', step: 'data', total: 40, unit: 'epoch', metrics: {} } as const;
    time = 1000;
    hear({ ...progress, done: 10 });
    time = 2000;
    hear({ ...progress, done: 20 });
    expect(told).toEqual([
      { event: 'forecast', leftMs: 60_000, unknown: 0 },
      { event: 'forecast', leftMs: 2000, unknown: 0 },
    ]);
  });
});
