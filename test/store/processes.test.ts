/** Real processes that use one store at the same time. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keyOf } from '../../src/key/recipe.ts';
import { openStore } from '../../src/store/disk.ts';
import { fateOfProcess, processId, thisProcess } from '../../src/store/owner.ts';
import { ignore, never, recipe } from './samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

let built: string;
beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), 'ar-pipe-test-'));
  const entryPoints = [new URL('child.ts', import.meta.url).pathname];
  buildSync({
    entryPoints,
    outfile: join(built, 'child.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => {
  rmSync(built, { recursive: true });
});

function child(...args: readonly (string | number)[]): {
  pid: number;
  line: Promise<string>;
  exit: Promise<unknown>;
} {
  const started = spawn(process.execPath, [join(built, 'child.mjs'), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = new Promise<string>((resolve) =>
    createInterface({ input: started.stdout }).once('line', resolve),
  );
  const exit = new Promise((resolve) =>
    started.once('exit', (code, signal) => {
      resolve(signal ?? code);
    }),
  );
  return { pid: started.pid!, line, exit };
}

it('two processes that commit the same keys agree on one entry each', async () => {
  const root = temporaryFolder();
  const count = 150;
  const ends = await Promise.all([
    child('commit', root, 'left', count).exit,
    child('commit', root, 'right', count).exit,
  ]);
  expect(ends).toEqual([0, 0]);
  const damaged: string[] = [];
  const store = openStore(root, { onDamage: ({ name }) => damaged.push(name) });
  for (let i = 0; i < count; i++) {
    const output = store.find(keyOf(recipe(`step ${i}`)))?.outputs['count.json'];
    expect(output && (await store.object(output)), String(i)).toBeDefined();
  }
  expect(damaged).toEqual([]);
});

it('three processes are never in one lease together', async () => {
  const root = temporaryFolder();
  const all = [1, 2, 3].map(() => child('contend', root, 'one', 25).exit);
  expect(await Promise.all(all)).toEqual([0, 0, 0]);
});

it('two processes that take over the same dead leases are never in one together', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'v1/leases'), { recursive: true });
  for (let i = 0; i < 60; i++) {
    const dead = { ...thisProcess(), start: '1', token: 'dead', workers: [], beat: 0 };
    writeFileSync(join(root, 'v1/leases', `${keyOf(recipe(`key ${i}`))}.0`), JSON.stringify(dead));
  }
  const all = [1, 2].map(() => child('contend', root, 'many', 60).exit);
  expect(await Promise.all(all)).toEqual([0, 0]);
});

it('the lease of a process killed by force is free at once, and its worker is gone', async () => {
  const root = temporaryFolder();
  const holder = child('hold', root, 'k');
  const worker = processId(Number(await holder.line));
  expect(fateOfProcess(worker)).toBe('alive');
  const waiting = openStore(root).lease('k', ignore, never);
  process.kill(holder.pid, 'SIGKILL');
  expect(await holder.exit).toBe('SIGKILL');
  const lease = await waiting;
  expect(lease?.held()).toBe(true);
  expect(fateOfProcess(worker)).not.toBe('alive');
  lease?.release();
});
