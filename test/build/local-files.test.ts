/** Local inputs that are missing or too many, as `status` tells of them. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { command, defineStage, file, step } from 'ar-pipe';
import { sha256 } from '../../src/key/recipe.ts';
import { createRig, type Rig } from '../rig.ts';

const source = defineStage({ outputs: ['text'], run() {} });
const test_ = defineStage({ needs: { weights: 'weights' }, outputs: ['score'], run() {} });
const both = defineStage({ needs: { text: 'text', other: 'w.txt' }, outputs: ['score'], run() {} });

let rig: Rig;
beforeEach(() => {
  rig = createRig();
});
afterEach(() => {
  rig.close();
});

test('status names the local file that is missing, and the digest it had', async () => {
  rig.file('w.txt', 'w');
  const targets = () => ({ s: step('s', test_, { needs: { weights: file('w.txt') } }) });
  await rig.runAll(targets());
  rmSync(join(rig.folder, 'w.txt'));
  const before = sha256('w');
  const reason = { kind: 'file', path: 'w.txt', before, after: null, problem: 'no file matches w.txt' };
  expect(await rig.status(targets())).toMatchObject({ s: { state: 'stale', reasons: [reason] } });
});

test('status says where a pattern matches more files than the step takes', async () => {
  rig.file('a.txt', 'a');
  rig.file('b.txt', 'b');
  const targets = { s: step('s', test_, { needs: { weights: file('*.txt') } }) };
  const problem = 'one file is taken, but *.txt matches 2';
  const reason = { kind: 'file', path: '*.txt', before: null, after: null, problem };
  expect(await rig.status(targets)).toMatchObject({ s: { state: 'stale', reasons: [reason] } });
});

test('a step that waits for others also tells of the local file it misses', async () => {
  const targets = () => {
    const text = step('text', source);
    return { t: step('t', both, { needs: { text, other: file('w.txt') } }) };
  };
  rig.file('w.txt', 'w');
  await rig.runAll(targets());
  rmSync(join(rig.folder, 'w.txt'));
  rig.code.set(source, 'edited');
  expect(await rig.status(targets())).toMatchObject({
    t: {
      state: 'pending',
      reasons: [{ kind: 'file', problem: 'no file matches w.txt' }, { kind: 'upstream' }],
    },
  });
});

test('status names the helper file a command lacks', async () => {
  const fit = command({ run: 'sh fit.sh > {out.a}', files: ['fit.sh'], outputs: { a: 'a.txt' } });
  const reason = {
    kind: 'file',
    path: 'fit.sh',
    before: null,
    after: null,
    problem: 'no file matches fit.sh',
  };
  expect(await rig.status({ fit: step('fit', fit) })).toMatchObject({
    fit: { state: 'stale', reasons: [reason] },
  });
});
