import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/events.ts';
import { plainReporter, type PlainOptions } from '../../src/report/plain.ts';

const started: Event = {
  event: 'run-started',
  run: 'r1',
  pipeline: 'robustness',
  profile: 'quick',
  targets: ['fig5'],
  steps: 12,
  at: '2026-01-02T03:04:05.678Z',
};
const begin = (step: string): Event => ({
  event: 'step-started',
  step,
  key: 'ab12',
  reasons: [{ kind: 'params', name: 'epsilon', before: 4, after: 8 }],
  etaMs: 41_000,
});
const progress = (done: number): Event => ({
  event: 'step-progress',
  step: 'train/a',
  done,
  total: 40,
  unit: 'epoch',
  metrics: { loss: 1.23456, accuracy: 0.5, robust: 0.25, margin: 1 },
});
const built: Event = { event: 'step-finished', step: 'train/a', outcome: 'built', key: 'ab12', ms: 41_211 };
const reused: Event = {
  event: 'step-finished',
  step: 'data',
  outcome: 'reused',
  key: 'cd34',
  ms: 0,
  from: 'other-env',
};
const failed: Event = {
  event: 'step-finished',
  step: 'train/b',
  outcome: 'failed',
  key: 'ef56',
  ms: 3000,
  failure: { reason: 'stage-threw', message: 'loss is NaN\nsecond line', log: 'cache/logs/b' },
};
const notRun: Event = {
  event: 'step-finished',
  step: 'fig5',
  outcome: 'not-run',
  key: null,
  ms: 0,
  because: 'train/b',
};
const finish = (ok: boolean): Event => ({
  event: 'run-finished',
  run: 'r1',
  ok,
  counts: { built: 1, reused: 9, failed: ok ? 0 : 1, notRun: ok ? 0 : 1 },
  ms: 52_345,
});

function lines(events: readonly Event[], options: Partial<PlainOptions> = {}): string[] {
  let text = '';
  const report = plainReporter({ write: (part) => (text += part), color: false, now: () => 0, ...options });
  for (const event of events) report(event);
  return text.split('\n').slice(0, -1);
}

describe('plainReporter', () => {
  it('tells a run from start to end; reused steps are only counted', () => {
    expect(lines([started, reused, begin('train/a'), built, finish(true)])).toEqual([
      'robustness (profile quick): fig5, 12 steps',
      '[ 1/12] train/a starts: epsilon was 4, is now 8 (about 41 s)',
      '[ 2/12] train/a built in 41 s',
      '1 built, 9 reused in 52 s',
    ]);
  });

  it('puts failures at the end, with the log', () => {
    const tail = (log: string): string[] => [`tail of ${log}`];
    expect(lines([started, failed, begin('train/a'), built, notRun, finish(false)], { tail })).toEqual([
      'robustness (profile quick): fig5, 12 steps',
      '[ 1/12] train/b failed after 3.0 s: loss is NaN',
      '[ 1/12] train/a starts: epsilon was 4, is now 8 (about 41 s)',
      '[ 2/12] train/a built in 41 s',
      '',
      'train/b failed: loss is NaN',
      'second line',
      '  last lines of the log:',
      '  | tail of cache/logs/b',
      '  log: cache/logs/b',
      '',
      '1 built, 9 reused, 1 failed, 1 not run in 52 s',
    ]);
  });

  it('says progress at most every ten seconds a step', () => {
    let time = 0;
    const said: string[] = [];
    const report = plainReporter({ write: (text) => said.push(text), color: false, now: () => time });
    report(begin('train/a'));
    said.length = 0;
    for (time = 0; time <= 30_000; time += 2500) report(progress(time / 2500));
    expect(said).toEqual(
      [4, 8, 12].map((done) => `[0/0] train/a: ${done}/40 epoch, loss 1.235, accuracy 0.5, robust 0.25\n`),
    );
  });

  it('names reused and not-run steps when verbose', () => {
    expect(
      lines([started, reused, notRun, { ...notRun, because: null }], { verbose: true }).slice(1),
    ).toEqual([
      '[ 1/12] data reused from another environment',
      '[ 2/12] fig5 not run because of train/b',
      '[ 3/12] fig5 not run, the run was stopped',
    ]);
  });

  it('is silent when quiet and all is well, and keeps warnings and failures', () => {
    const info: Event = { event: 'notice', level: 'info', message: 'backend: tensorflow' };
    const warn: Event = { event: 'notice', level: 'warn', message: 'slow backend' };
    const run = [started, info, begin('train/a'), progress(1), built];
    expect(lines([...run, finish(true)], { quiet: true })).toEqual([]);
    expect(lines([...run, warn, failed, finish(false)], { quiet: true })).toEqual([
      'warning: slow backend',
      '[ 2/12] train/b failed after 3.0 s: loss is NaN',
      '',
      'train/b failed: loss is NaN',
      'second line',
      '  log: cache/logs/b',
      '',
      '1 built, 9 reused, 1 failed, 1 not run in 52 s',
    ]);
  });

  it('shows why a run could not start', () => {
    const failure = {
      reason: 'unknown-target',
      message: "no target matches 'fg5'",
      hint: 'did you mean fig5?',
    };
    const counts = { built: 0, reused: 0, failed: 0, notRun: 0 };
    const event = { event: 'run-finished', run: 'r1', ok: false, counts, ms: 3, failure } as Event;
    expect(lines([event])).toEqual(['', "error: no target matches 'fg5'", '  hint: did you mean fig5?']);
  });

  const failedAs = (step: string, message: string): Event => ({
    ...failed,
    step,
    failure: { reason: 'stage-threw', message },
  });

  it('tells one cause once, with the names of the steps that failed of it', () => {
    const same = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((step) => failedAs(step, 'loss is NaN'));
    expect(lines([...same, failedAs('h', 'no data'), finish(false)]).slice(8)).toEqual([
      '',
      'a failed: loss is NaN',
      'b, c, d, e, f and 1 more failed in the same way',
      '',
      'h failed: no data',
      '',
      '1 built, 9 reused, 1 failed, 1 not run in 52 s',
    ]);
  });

  it('counts failures beyond ten causes', () => {
    const causes = Array.from({ length: 12 }, (_, i) => failedAs(`s${i}`, `cause ${i}`));
    const said = lines([...causes, failedAs('t', 'cause 11'), finish(false)]);
    expect(said.filter((line) => /^s\d+ failed: /.test(line))).toHaveLength(10);
    expect(said.at(-3)).toBe('3 more failed; ar-pipe status names them');
  });

  it('says a repair', () => {
    const event: Event = { event: 'step-repaired', step: 'train/a', output: 'w.bin', digest: 'aa' };
    expect(lines([event])).toEqual([
      'train/a repaired: w.bin was damaged or missing in the store and has been made again',
    ]);
  });
});
