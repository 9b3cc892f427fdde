import { expect, test } from 'vitest';
import type { Event } from '../../src/core/events.ts';
import { emptyRun, tell, type News, type RunView } from '../../src/ui/run-view.ts';

const at = '2026-01-02T03:04:05.000Z';
const event = (told: Event): News => ({ kind: 'event', event: told });
const started = event({
  event: 'run-started',
  run: 'r',
  pipeline: 'p',
  profile: 'quick',
  targets: ['t'],
  steps: 2,
  at,
});
const stepStarted = event({
  event: 'step-started',
  step: 'a',
  key: 'k',
  reasons: [{ kind: 'new' }],
  etaMs: 500,
});
const point = (t: number, done: number, unit = 'epoch'): News => ({
  kind: 'progress',
  line: { t, step: 'a', done, total: 10, unit, metrics: { loss: 1 / done } },
});
const run = (...news: News[]): RunView => tell(emptyRun('r'), news);

test('a run is folded from its events', () => {
  const view = run(
    started,
    stepStarted,
    event({ event: 'step-finished', step: 'a', outcome: 'built', key: 'k', ms: 12 }),
    event({ event: 'step-finished', step: 'b', outcome: 'not-run', key: null, ms: 0, because: 'a' }),
    event({
      event: 'run-finished',
      run: 'r',
      ok: false,
      counts: { built: 1, reused: 0, failed: 0, notRun: 1 },
      ms: 20,
    }),
  );
  expect(view).toMatchObject({
    pipeline: 'p',
    total: 2,
    counts: { built: 1, notRun: 1 },
    ended: { ok: false, ms: 20 },
  });
  expect(view.steps['a']).toMatchObject({ state: 'built', ms: 12, reasons: [{ kind: 'new' }] });
  expect(view.steps['b']).toMatchObject({ state: 'not-run', because: 'a' });
});

test('progress gives a running step its pace, whichever file was read first', () => {
  const owner: News = { kind: 'progress', line: { owner: {}, at } };
  const begin: News = { kind: 'progress', line: { t: 100, step: 'a' } };
  const eventsFirst = run(started, stepStarted, owner, begin, point(200, 1), point(400, 3));
  const progressFirst = run(owner, begin, point(200, 1), point(400, 3), started, stepStarted);
  expect(progressFirst.steps).toEqual(eventsFirst.steps);
  const zero = Date.parse(at);
  expect(eventsFirst.steps['a']).toMatchObject({
    startedAt: zero + 100,
    first: { at: zero + 200, done: 1 },
    latest: { at: zero + 400, done: 3 },
    total: 10,
    metrics: { loss: 1 / 3 },
  });
});

test('a retry or another unit begins its pace anew', () => {
  const again = run(started, stepStarted, point(100, 5), point(200, 1)).steps['a'];
  expect(again?.first?.done).toBe(1);
  const other = run(started, stepStarted, point(100, 5), point(200, 6, 'batch')).steps['a'];
  expect(other?.first?.done).toBe(6);
});

test('what was told before stays as it was', () => {
  const before = run(started, stepStarted);
  const copy = structuredClone(before);
  tell(before, [
    point(100, 1),
    event({ event: 'step-finished', step: 'a', outcome: 'failed', key: null, ms: 1 }),
  ]);
  expect(before).toEqual(copy);
});

test('what a run is expected to take counts from when it was said', () => {
  const view = run(started, { kind: 'progress', line: { t: 2000, leftMs: 60_000, unknown: 3 } });
  expect(view.outlook).toEqual({ at: Date.parse(at) + 2000, leftMs: 60_000, unknown: 3 });
});
