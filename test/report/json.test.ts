import { describe, expect, it } from 'vitest';
import type { LastingEvent } from '../../src/core/events.ts';
import { eventJson, jsonReporter, jsonSummaryReporter } from '../../src/report/json.ts';

const started: LastingEvent = {
  at: '2026-01-02T03:04:05.678Z',
  steps: 12,
  targets: ['fig5'],
  profile: 'quick',
  pipeline: 'robustness',
  run: 'r1',
  event: 'run-started',
};
const stepStarted: LastingEvent = {
  event: 'step-started',
  step: 'train/a',
  key: 'ab12',
  reasons: [{ kind: 'params', name: 'epsilon', before: 4, after: 8 }],
  etaMs: 41_000.4,
};
const progress: LastingEvent = {
  event: 'step-progress',
  step: 'train/a',
  done: 3,
  total: 40,
  unit: 'epoch',
  metrics: { loss: 1.2 },
};
const failed: LastingEvent = {
  event: 'step-finished',
  step: 'train/a',
  outcome: 'failed',
  key: 'ab12',
  ms: 41_211.3,
  failure: {
    reason: 'stage-threw',
    message: 'NaN',
    at: 'stages/train.ts:41:7',
    log: 'cache/logs/l',
    stack: '…',
  },
};
const finished: LastingEvent = {
  event: 'run-finished',
  run: 'r1',
  ok: true,
  counts: { notRun: 0, failed: 0, reused: 9, built: 3 },
  ms: 52_345.6,
};
const notice: LastingEvent = { event: 'notice', level: 'warn', message: 'slow backend' };

describe('eventJson: the lines of docs/cli.md, field for field', () => {
  it.each<[LastingEvent, string]>([
    [
      started,
      '{"event":"run-started","run":"r1","pipeline":"robustness","profile":"quick","targets":["fig5"],"steps":12,"at":"2026-01-02T03:04:05.678Z"}',
    ],
    [
      stepStarted,
      '{"event":"step-started","step":"train/a","key":"ab12","reasons":[{"kind":"params","name":"epsilon","before":4,"after":8}],"etaMs":41000}',
    ],
    [
      progress,
      '{"event":"step-progress","step":"train/a","done":3,"total":40,"unit":"epoch","metrics":{"loss":1.2}}',
    ],
    [
      failed,
      '{"event":"step-finished","step":"train/a","outcome":"failed","key":"ab12","ms":41211,"failure":{"reason":"stage-threw","message":"NaN","at":"stages/train.ts:41:7","log":"cache/logs/l"}}',
    ],
    [
      finished,
      '{"event":"run-finished","run":"r1","ok":true,"counts":{"built":3,"reused":9,"failed":0,"notRun":0},"ms":52346}',
    ],
    [
      { event: 'step-finished', step: 'a', outcome: 'reused', key: 'ab12', ms: 0, from: 'remote' },
      '{"event":"step-finished","step":"a","outcome":"reused","key":"ab12","ms":0,"from":"remote"}',
    ],
    [
      { event: 'step-finished', step: 'a', outcome: 'not-run', key: null, ms: 0, because: 'b' },
      '{"event":"step-finished","step":"a","outcome":"not-run","key":null,"ms":0,"because":"b"}',
    ],
    [
      { event: 'step-repaired', step: 'a', output: 'o', digest: 'cd' },
      '{"event":"step-repaired","step":"a","output":"o","digest":"cd"}',
    ],
  ])('%s', (event, line) => {
    expect(eventJson(event)).toBe(line);
  });

  it('keeps null where an estimate is not known', () => {
    expect(eventJson({ ...stepStarted, etaMs: null })).toContain('"etaMs":null');
  });

  it('stays JSON when a metric is NaN', () => {
    expect(JSON.parse(eventJson({ ...progress, metrics: { loss: NaN } }))).toMatchObject({
      metrics: { loss: null },
    });
  });
});

const all = [started, notice, stepStarted, progress, failed, finished];

function told(reporter: typeof jsonReporter): { out: string[]; err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const report = reporter(
    (text) => out.push(text),
    (text) => err.push(text),
  );
  for (const event of all) report(event);
  return { out, err };
}

describe('jsonReporter', () => {
  it('writes one line an event, and notices elsewhere as text', () => {
    const { out, err } = told(jsonReporter);
    expect(err).toEqual(['warning: slow backend']);
    expect(out.every((text) => text.indexOf('\n') === text.length - 1)).toBe(true);
    expect(out.map((text) => (JSON.parse(text) as LastingEvent).event)).toEqual([
      'run-started',
      'step-started',
      'step-progress',
      'step-finished',
      'run-finished',
    ]);
  });
});

describe('jsonSummaryReporter', () => {
  it('writes the first and the last line only', () => {
    const { out, err } = told(jsonSummaryReporter);
    expect(out).toEqual([`${eventJson(started)}\n`, `${eventJson(finished)}\n`]);
    expect(err).toEqual(['warning: slow backend']);
  });
});
