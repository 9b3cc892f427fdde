/** The deciding parts of the page. */
import { expect, test } from 'vitest';
import { hashOf, routeOf } from '../../src/ui/page/route.ts';
import { isOverlaid, shownNode, shownSteps } from '../../src/ui/page/states.ts';
import { emptyRun, type LiveStep, type RunView } from '../../src/ui/run-view.ts';
import { study, studyStep } from './samples.ts';
import { fc } from '../properties.ts';

const live = (more: Partial<LiveStep>): LiveStep => ({
  state: 'running',
  reasons: [],
  key: null,
  ms: 0,
  unit: 'epoch',
  metrics: {},
  startedAt: 0,
  etaMs: null,
  total: null,
  ...more,
});
const view = (more: Partial<RunView>): RunView => ({
  ...emptyRun('r'),
  profile: 'quick',
  alive: true,
  ...more,
});

test.each(['', '#', '#/', '#/nonsense', '#/graph/step', '#/graph/step/%E0%A4%A', '#/history/compare/a'])(
  'any address shows something: %j',
  (hash) => {
    expect(['graph', 'history']).toContain(routeOf(hash).tab);
  },
);

test('an address leads to what it was made from', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('graph', 'results', 'steps'),
      fc.constantFrom('step', 'node'),
      fc.string({ minLength: 1 }),
      (tab, kind, name) => {
        expect(routeOf(hashOf({ tab, open: { kind, name } }))).toEqual({ tab, open: { kind, name } });
      },
    ),
  );
  const compare = { tab: 'history', compare: ['20260102-1', '20260102-2'] } as const;
  expect(routeOf(hashOf(compare))).toEqual(compare);
});

test('the run that goes on lies over how the pipeline stood', () => {
  const steps = ['a', 'b', 'c', 'd', 'e'].map((name) => studyStep(name, { state: 'stale' }));
  const shown = shownSteps(
    study(steps),
    view({
      steps: {
        a: live({}),
        b: live({ state: 'built' }),
        c: live({ state: 'failed' }),
        d: live({ state: 'not-run' }),
      },
    }),
  );
  expect(shown.map(({ shown: state }) => state)).toEqual(['running', 'fresh', 'failed', 'stale', 'stale']);
});

test('it counts only in its profile, and no longer than until the next look', () => {
  const of = study([]);
  expect(isOverlaid(of, null)).toBe(false);
  expect(isOverlaid(of, view({ profile: 'paper' }))).toBe(false);
  expect(isOverlaid(of, view({ alive: false }))).toBe(false);
  const ended = (at: string): RunView => view({ alive: false, at, ended: { ok: true, ms: 1000 } });
  expect(isOverlaid(of, ended('2026-01-02T03:05:00.000Z'))).toBe(true);
  expect(isOverlaid(of, ended('2026-01-02T03:04:58.000Z'))).toBe(false);
});

test('a folded node says what its steps do, the most pressing first', () => {
  const members = shownSteps(
    study([
      studyStep('a'),
      studyStep('b'),
      studyStep('c', { state: 'stale' }),
      studyStep('d', { state: 'stale' }),
    ]),
    view({ steps: { c: live({ total: 4, latest: { at: 0, done: 2 } }) } }),
  );
  expect(shownNode(members, 0)).toEqual({
    state: 'running',
    note: '1 running, 1 stale, 2 fresh',
    done: 0.625,
  });
  expect(shownNode(members.slice(0, 2), 0)).toMatchObject({ state: 'fresh', note: 'x2 · fresh' });
  expect(shownNode(members.slice(2, 3), 0).note).toBe('running · 2/4 epoch');
});
