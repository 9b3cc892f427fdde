/** What enters a key, and what must not: the rules that need no project on disk. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { defineStage, step } from 'ar-pipe';
import { createEnvironments } from '../../src/build/environment.ts';
import { canonical } from '../../src/core/json.ts';
import { envlessKeyOf, keyOf, type Recipe } from '../../src/key/recipe.ts';
import { seedOf } from '../../src/key/seed.ts';

const recipe: Recipe = {
  code: 'c',
  params: { a: 1, b: [true, null] },
  inputs: { data: { name: 'data.csv', digest: 'd' } },
  outputs: ['x'],
  seed: 1,
  env: { LANG: 'C' },
};

test('the canonical text does not depend on the order of keys, and leaves out what is undefined', () => {
  expect(canonical({ b: 1, a: { d: undefined, c: 'x' } })).toBe('{"a":{"c":"x"},"b":1}');
});

test.each<[string, unknown]>([
  ['a date', new Date(0)],
  ['a BigInt', 1n],
  ['NaN', NaN],
  ['an infinity', -Infinity],
  ['-0', -0],
  ['undefined in a list', [undefined]],
  ['a Map', new Map()],
  ['a function', () => 1],
])('%s has no canonical text, and the message says where it sits', (_, value) => {
  expect(() => canonical({ outer: { inner: value } })).toThrow(/^outer\.inner/);
});

test.each<[string, Partial<Recipe>]>([
  ['code', { code: 'other' }],
  ['params', { params: { a: 2, b: [true, null] } }],
  ['the content of an input', { inputs: { data: { name: 'data.csv', digest: 'e' } } }],
  ['the name under which it is seen', { inputs: { data: { name: 'other.csv', digest: 'd' } } }],
  ['the cell of an input', { inputs: { data: { name: 'data.csv', digest: 'd', cell: { rep: 1 } } } }],
  ['outputs', { outputs: ['dir:x'] }],
  ['seed', { seed: 2 }],
  ['env', { env: { LANG: 'de' } }],
])('%s changes the key', (_, change) => {
  expect(keyOf({ ...recipe, ...change })).not.toBe(keyOf(recipe));
});

test('the key of any machine leaves out the backend alone', () => {
  const on = (backend: string, env = {}): Recipe => ({
    ...recipe,
    env: { ...env, backend, 'backend.version': '1' },
  });
  expect(envlessKeyOf(on('a'))).toBe(envlessKeyOf(on('b')));
  expect(envlessKeyOf({ ...on('a'), seed: 2 })).not.toBe(envlessKeyOf(on('a')));
  // Declared variables, a step's own and tools are inputs like any other.
  expect(envlessKeyOf(on('a', { LANGX: 'de' }))).not.toBe(envlessKeyOf(on('a', { LANGX: 'en' })));
  expect(envlessKeyOf({ ...recipe, env: { LANGX: 'de' } })).toBeNull();
});

test('a stream has its own seed, an unsigned 32-bit number', () => {
  expect(seedOf(1, 'step:a')).toBe(seedOf(1, 'step:a'));
  expect(new Set([seedOf(1, 'step:a'), seedOf(2, 'step:a'), seedOf(1, 'step:b')]).size).toBe(3);
  expect(seedOf(1, 'step:a')).toBeLessThan(2 ** 32);
});

test('declared variables, the step’s own and the tools enter the environment’s identity; secrets and others do not', async () => {
  const stage = defineStage({ outputs: ['x'], env: ['SHOWN'], tools: ['echo 7'], run() {} });
  const one = step('one', stage, { env: { OWN: '1' }, secrets: ['TOKEN'] });
  const outer = { PATH: process.env['PATH'], SHOWN: 'yes', TOKEN: 'hidden', OTHER: 'no' };
  const environments = await createEnvironments([one], { identity: {}, gpus: 0, variables: {} }, outer);
  expect(environments.identity(one)).toEqual({ SHOWN: 'yes', OWN: '1', 'tool: echo 7': '7' });
  const variables = environments.variables(one, []);
  expect(variables).toMatchObject({ SHOWN: 'yes', OWN: '1', TOKEN: 'hidden', TZ: 'UTC', LC_ALL: 'C.UTF-8' });
  expect(variables).not.toHaveProperty('OTHER');
});

test('a variable that is empty and one that is not set are the same, for the key and for the step', async () => {
  const stage = defineStage({ outputs: ['x'], env: ['A', 'PATH'], run() {} });
  const seen = async (outer: NodeJS.ProcessEnv, env: Record<string, string> = {}) => {
    const one = step('one', stage, { env });
    const environments = await createEnvironments([one], { identity: {}, gpus: 0, variables: {} }, outer);
    return { identity: environments.identity(one), variables: environments.variables(one, []) };
  };
  const unset = await seen({});
  expect(unset.variables).not.toHaveProperty('A');
  expect(unset.variables).toHaveProperty('PATH');
  expect(await seen({ A: '' })).toEqual(unset);
  expect(await seen({}, { A: '' })).toEqual(unset);
});

test('a misspelt parameter, also a nested one, is refused; a loose schema may keep what it likes', () => {
  const params = z.object({ rate: z.number(), net: z.object({ width: z.number() }).optional() });
  const stage = defineStage({ params, outputs: ['x'], run() {} });
  const given = (more: object) => () => step('s', stage, { params: { rate: 1, ...more } });
  expect(given({ momentum: 0.9 })).toThrow("step 's': the stage has no parameter 'momentum'");
  expect(given({ net: { width: 1, depth: 2 } })).toThrow("the stage has no parameter 'net.depth'");
  expect(given({ net: { width: 1 } })).not.toThrow();
  const loose = defineStage({ params: z.looseObject({}), outputs: ['x'], run() {} });
  expect(step('s', loose, { params: { any: 1 } }).params).toEqual({ any: 1 });
});
