/** A small study as the page and the report see it. */
import { layoutGraph } from '../../src/report/graph-layout.ts';
import type { Look, Made, Result, StepDetail, Study, StudyStep } from '../../src/ui/study.ts';

export function studyStep(step: string, more: Partial<StudyStep> = {}): StudyStep {
  return {
    step,
    state: 'fresh',
    key: 'a'.repeat(64),
    reasons: [],
    lastBuilt: '2026-01-02T03:04:05.000Z',
    estimatedMs: 1000,
    node: step,
    cell: {},
    ...more,
  };
}

export const made = (step: string): Made => ({
  step,
  key: 'b'.repeat(64),
  params: { epsilon: 8 },
  seed: 7,
  env: {},
  backend: { name: 'tensorflow', version: '2.21.0' },
  startedAt: '2026-01-02T03:04:05.000Z',
  ms: 1234,
  host: 'machine',
  run: '20260102-030405-abcdef',
});

export function study(
  steps: readonly StudyStep[],
  results: readonly Result[] = [],
  more: Partial<Study> = {},
): Study {
  const counts = { fresh: 0, stale: 0, pending: 0, failed: 0 };
  for (const { state } of steps) counts[state]++;
  return {
    pipeline: 'sample <study>',
    profile: 'quick',
    profiles: ['quick', 'paper'],
    lookedAt: '2026-01-02T03:05:00.000Z',
    counts,
    steps,
    graph: layoutGraph({
      nodes: steps.map(({ step, state }) => ({ name: step, group: step, state })),
      edges: [],
    }),
    results,
    ...more,
  };
}

/** `files`: paths of stored files by `step/name`. */
export function look(of: Study, files: Readonly<Record<string, string>> = {}): Look {
  return {
    study: of,
    step: (name) => (of.steps.some(({ step }) => step === name) ? detail(name) : undefined),
    lineage: (name) => [made('data'), made(name)],
    differ: () => Promise.resolve(undefined),
    file: (step, name) => Promise.resolve(files[`${step}/${name}`]),
  };
}

const detail = (step: string): StepDetail => ({
  step,
  stage: 'stages/a.ts',
  declaredAt: 'pipeline.ts:3:1',
  params: {},
  needs: [],
  recipe: null,
  files: [],
  made: null,
  lastReasons: null,
  log: null,
  curves: [],
});
