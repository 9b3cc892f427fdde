import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event, Report } from '../../src/core/events.ts';
import { curvesOf, parseProgress, pause } from '../../src/report/progress.ts';
import { progressPath, readProgress, recordProgress } from '../../src/report/progress-record.ts';

let state = '';
let now = 0;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'ar-pipe-progress-'));
  now = 0;
});
afterEach(() => {
  rmSync(state, { recursive: true, force: true });
});

const started: Event = {
  event: 'run-started',
  run: 'r',
  pipeline: 'p',
  profile: 'q',
  targets: [],
  steps: 1,
  at: '2026-01-02T03:04:05Z',
};
const ended: Event = {
  event: 'run-finished',
  run: 'r',
  ok: true,
  counts: { built: 1, reused: 0, failed: 0, notRun: 0 },
  ms: 1,
};
const stepStarted: Event = { event: 'step-started', step: 'a', key: 'k', reasons: [], etaMs: null };
const stepEnded: Event = { event: 'step-finished', step: 'a', outcome: 'built', key: 'k', ms: 1 };
const progress = (done: number, loss: number): Event => ({
  event: 'step-progress',
  step: 'a',
  done,
  total: null,
  unit: 'epoch',
  metrics: { loss },
});

function record(tell: (report: Report) => void): ReturnType<typeof readProgress> {
  const report = recordProgress(state, 'r', { pid: 1 }, undefined, () => now);
  report(started);
  report(stepStarted);
  tell(report);
  report(stepEnded);
  report(ended);
  return readProgress(state, 'r');
}

test('the record says whose run it is, when steps were started, and how they went', () => {
  const lines = record((report) => {
    now = 500;
    report(progress(1, 0.5));
  });
  expect(lines).toEqual([
    { owner: { pid: 1 }, at: '2026-01-02T03:04:05Z' },
    { t: 0, step: 'a' },
    { t: 500, step: 'a', done: 1, total: null, unit: 'epoch', metrics: { loss: 0.5 } },
  ]);
});

test('reports that come too often are thinned, the last one is kept', () => {
  const lines = record((report) => {
    for (now = 0; now < 100_000; now += 10) report(progress(now, 1));
  });
  const points = curvesOf(lines, 'a')[0]!.points;
  expect(points.length).toBeLessThan(420);
  expect(points.length).toBeGreaterThan(150);
  expect(points.at(-1)).toEqual([99_990, 1]);
});

test.each([
  [0, 250],
  [60_000, 600],
  [36_000_000, 10_000],
])('after %d ms a point every %d ms is enough', (elapsed, between) => {
  expect(pause(elapsed)).toBe(between);
});

test('numbers JSON cannot hold are left out of curves', () => {
  const lines = record((report) => {
    report(progress(1, Number.NaN));
    now = 1000;
    report(progress(2, 3));
  });
  expect(curvesOf(lines, 'a')).toEqual([{ metric: 'loss', unit: 'epoch', points: [[2, 3]] }]);
});

test('after a retry a curve begins anew where the work does', () => {
  const lines = [1, 2, 3, 2, 3].map((done, i) => ({
    t: i,
    step: 'a',
    done,
    total: 3,
    unit: 'epoch',
    metrics: { loss: i },
  }));
  expect(curvesOf(lines, 'a')[0]!.points).toEqual([
    [1, 0],
    [2, 3],
    [3, 4],
  ]);
});

test('a line cut off by a crash is no line', () => {
  for (const text of ['', '{', '{"t":1', 'null', '7', '{"t":1}']) expect(parseProgress(text)).toBeUndefined();
});

test('what is written is one line a point', () => {
  record((report) => {
    report(progress(1, 1));
  });
  expect(readFileSync(progressPath(state, 'r'), 'utf8').split('\n')).toHaveLength(4);
});

test('how long the run was expected to take is kept', () => {
  const record = recordProgress(state, 'r', 'me', undefined, () => now);
  record(started);
  now = 910;
  record({ event: 'forecast', leftMs: 41_000.4, unknown: 2 });
  record(ended);
  expect(readProgress(state, 'r').at(-1)).toEqual({ t: 910, leftMs: 41_000, unknown: 2 });
});
