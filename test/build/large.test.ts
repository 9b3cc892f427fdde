import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { LastResult } from '../../src/build/last.ts';
import { makePlan, type PlanContext } from '../../src/build/plan.ts';
import { lineages } from '../../src/build/provenance.ts';
import { createBroker } from '../../src/build/resources.ts';
import { criticalPath, schedule, type Schedule } from '../../src/build/schedule.ts';
import type { Outcome } from '../../src/build/outcome.ts';
import { sha256 } from '../../src/key/recipe.ts';
import { command } from '../../src/pipeline/command.ts';
import { buildGraph, downstream } from '../../src/pipeline/graph.ts';
import { step, type Step } from '../../src/pipeline/step.ts';
import type { Entry, Store } from '../../src/store/store.ts';

const params = z.object({ i: z.number() });
const root = command({ run: 'echo {params.i} > {out.out}', params, outputs: { out: 'out' } });
const next = command({
  run: 'cp {needs.input} {out.out}',
  params,
  needs: { input: 'out' },
  outputs: { out: 'out' },
});

function chainOf(length: number): Step[] {
  const steps: Step[] = [step('link/0', root, { params: { i: 0 } })];
  for (let i = 1; i < length; i++)
    steps.push(step(`link/${i}`, next, { params: { i }, needs: { input: steps[i - 1]! } }));
  return steps;
}

function fanOf(width: number): Step[] {
  const first = step('root', root, { params: { i: 0 } });
  const children = Array.from({ length: width }, (_, i) =>
    step(`child/${i}`, next, { params: { i }, needs: { input: first } }),
  );
  return [first, ...children];
}

const built: Outcome = { kind: 'built', entry: {} as Entry, ms: 0 };

const scheduleOf = (steps: readonly Step[]): Omit<Schedule, 'visit'> => ({
  steps,
  done: new Map<Step, Outcome>(),
  policy: 'stop',
  stop: new AbortController(),
  kill: new AbortController(),
  demand: () => 'cpus',
  estimate: () => 1,
  settled: () => undefined,
});

/** A store in which every key has an entry, and what is asked of it. */
function fullStore() {
  const asked = { find: 0, stamp: 0, object: 0 };
  const store = {
    find(key: string): Entry {
      asked.find++;
      const ref = { kind: 'file' as const, digest: sha256(key), bytes: 1 };
      const facts = { run: 'r', startedAt: '2020-01-01T00:00:00.000Z', ms: 1, host: 'h', profile: 'p' };
      return { key, step: key, recipe: undefined as never, outputs: { out: ref }, facts };
    },
    stamp(key: string) {
      asked.stamp++;
      return `stat of ${key}`;
    },
    async object() {
      asked.object++;
      return undefined;
    },
    has() {
      asked.object++;
      return true;
    },
  } as unknown as Store;
  return { store, asked };
}

function contextOf(store: Store, last: ReadonlyMap<string, LastResult> = new Map()): PlanContext {
  return {
    store,
    last: { of: (name) => last.get(name), set: () => undefined },
    pipelineSeed: 0,
    forced: new Set(),
    anyEnv: true,
    local: () => [],
    codeOf: () => '',
    envOf: () => ({}),
    explainCode: () => ({ file: '', line: 1, formattingOnly: false }),
  };
}

describe.each([
  ['a chain of 20,000 steps', () => chainOf(20_000)],
  ['a step that 100,000 others need', () => fanOf(100_000)],
])('%s', (_name, make) => {
  it('is ordered, judged and traced without deep recursion', () => {
    const steps = make();
    const graph = buildGraph({ all: steps });
    expect(graph.steps).toHaveLength(steps.length);
    const plan = makePlan(graph.steps, contextOf(fullStore().store));
    expect([...plan.values()].every(({ state }) => state === 'fresh')).toBe(true);
    expect(downstream(graph, [steps[0]!])).toHaveLength(steps.length);
    expect(criticalPath(graph.steps, () => 1).size).toBe(steps.length);
    expect(new Set(lineages(graph.steps, () => undefined).values()).size).toBe(steps.length);
  });
});

it.each([
  ['a chain of 5,000 steps', () => chainOf(5000)],
  ['a step that 20,000 others need', () => fanOf(20_000)],
])('%s is visited in order', async (_name, make) => {
  const steps = make();
  const visited = new Set<Step>();
  await schedule({
    ...scheduleOf(steps),
    visit(each) {
      expect(each.upstream.every((need) => visited.has(need))).toBe(true);
      visited.add(each);
      return Promise.resolve(built);
    },
  });
  expect(visited.size).toBe(steps.length);
});

it('a step that wants a core does not wait for a thousand that want a GPU', async () => {
  const training = Array.from({ length: 1000 }, (_, i) => step(`train/${i}`, root, { params: { i } }));
  const table = step('table', root, { params: { i: 0 } });
  let free: (() => void) | undefined;
  const gpu = new Promise<void>((resolve) => (free = resolve));
  await schedule({
    ...scheduleOf([...training, table]),
    demand: (each) => (each === table ? 'cpus' : 'gpus'),
    async visit(each) {
      if (each === table) free!();
      else await gpu;
      return built;
    },
  });
});

it('lets 100,000 steps wait for a core, and leave when the run is stopped', async () => {
  const broker = createBroker({ cpus: 1, memory: 0, gpus: [], numericalGpus: 0, other: {} });
  const stop = new AbortController();
  const order: number[] = [];
  const held = await broker.take({ cpus: 1 }, 0, stop.signal);
  const waiting = Array.from({ length: 100_000 }, async (_, i) => {
    const grant = await broker.take({ cpus: 1 }, i, stop.signal);
    if (!grant) return false;
    order.push(i);
    if (order.length === 3) stop.abort();
    else grant.release();
    return true;
  });
  held!.release();
  expect((await Promise.all(waiting)).filter(Boolean)).toHaveLength(3);
  expect(order).toEqual([99_999, 99_998, 99_997]);
});

describe('a run in which nothing changed', () => {
  it('opens no entry whose stamp is the one that is known, and looks at no bytes', () => {
    const steps = buildGraph({ all: fanOf(1000) }).steps;
    const first = fullStore();
    const built = makePlan(steps, contextOf(first.store));
    expect(first.asked).toEqual({ find: 1001, stamp: 0, object: 0 });
    const last = new Map(
      [...built].map(([{ name }, verdict]): [string, LastResult] => {
        if (verdict.state !== 'fresh') throw new Error(`${name} is not fresh`);
        const { outputs, facts, recipe, key } = { ...verdict.entry, ...verdict.description };
        return [name, { step: name, built: { key, recipe, outputs, facts, stamp: `stat of ${key}` } }];
      }),
    );
    const { store, asked } = fullStore();
    const plan = makePlan(steps, contextOf(store, last));
    expect(asked).toEqual({ find: 0, stamp: 1001, object: 0 });
    expect([...plan.values()].every(({ state }) => state === 'fresh')).toBe(true);
    const spoilt = contextOf({ ...store, stamp: () => 'another' }, last);
    makePlan(steps, spoilt);
    expect(asked.find, 'each entry that was written over is read again').toBe(1001);
  });
});
