import { expect, test } from 'vitest';
import { createBroker, type Amounts, type Broker, type Grant } from '../../src/build/resources.ts';
import { fc } from '../properties.ts';

const never = new AbortController().signal;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

const capacity = { cpus: 2, memory: 8, gpus: [0], numericalGpus: 0, other: {} };

/** Asks in this order, the first the most urgent. `granted` names those that got what they wanted, in that order. */
function ask(broker: Broker, wishes: Readonly<Record<string, Amounts>>) {
  const granted: string[] = [];
  const grants = new Map<string, Grant>();
  Object.entries(wishes).forEach(([name, wanted], i) => {
    void broker.take(wanted, -i, never).then((grant) => {
      granted.push(name);
      grants.set(name, grant!);
    });
  });
  return {
    granted,
    release: async (name: string): Promise<void> => {
      grants.get(name)!.release();
      await turn();
    },
  };
}

test('cores do not stand still while steps wait for a GPU', async () => {
  const { granted, release } = ask(createBroker(capacity), {
    train: { cpus: 1, gpus: 1 },
    train2: { cpus: 1, gpus: 1 },
    table: { cpus: 1 },
    table2: { cpus: 1 },
  });
  await turn();
  expect(granted).toEqual(['train', 'table']);
  await release('table');
  expect(granted).toEqual(['train', 'table', 'table2']);
  await release('train');
  expect(granted).toEqual(['train', 'table', 'table2', 'train2']);
});

test('what the most urgent one lacks is kept for it', async () => {
  const { granted, release } = ask(createBroker(capacity), {
    small: { cpus: 1 },
    large: { cpus: 2 },
    small2: { cpus: 1 },
    none: { cpus: 0, memory: 1 },
  });
  await turn();
  expect(granted).toEqual(['small', 'none']);
  await release('small');
  expect(granted).toEqual(['small', 'none', 'large']);
  await release('large');
  expect(granted).toEqual(['small', 'none', 'large', 'small2']);
});

test('a GPU step gets the next core once its GPU is free', async () => {
  const { granted, release } = ask(createBroker(capacity), {
    train: { cpus: 1, gpus: 1 },
    train2: { cpus: 2, gpus: 1 },
    a: { cpus: 1 },
    b: { cpus: 1 },
  });
  await turn();
  await release('train');
  // Its GPU is free, of its two cores one: no other core is given away before.
  expect(granted).toEqual(['train', 'a']);
  await release('a');
  expect(granted).toEqual(['train', 'a', 'train2']);
});

const amounts = fc.record({
  cpus: fc.integer({ min: 0, max: 2 }),
  memory: fc.integer({ min: 0, max: 8 }),
  gpus: fc.integer({ min: 0, max: 1 }),
});

test('whatever is wanted and given back in whatever order: never more than there is, and everybody is served', async () => {
  const wishes = fc.array(fc.tuple(amounts, fc.integer({ min: 0, max: 5 })), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(wishes, fc.infiniteStream(fc.nat()), async (wanted, picks) => {
      const broker = createBroker(capacity);
      const held: [Amounts, Grant][] = [];
      let served = 0;
      for (const [each, priority] of wanted)
        void broker.take(each, priority, never).then((grant) => {
          held.push([each, grant!]);
          served++;
        });
      for (;;) {
        await turn();
        for (const [name, limit] of [
          ['cpus', 2],
          ['memory', 8],
          ['gpus', 1],
        ] as const)
          expect(held.reduce((sum, [each]) => sum + each[name]!, 0)).toBeLessThanOrEqual(limit);
        if (held.length === 0) break;
        held.splice((picks.next().value as number) % held.length, 1)[0]![1].release();
      }
      expect(served).toBe(wanted.length);
    }),
  );
});
