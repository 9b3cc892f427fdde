/** What of a checkout's state goes by `gc` and after a run, and what stays: by age, by what is remembered, by who is alive. */
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openLastResults } from '../../src/build/last.ts';
import { tidy, tidyAfterRun } from '../../src/cli/tidy/tidy.ts';
import type { Recipe } from '../../src/key/recipe.ts';
import { thisProcess } from '../../src/store/owner.ts';
import { openStore } from '../../src/store/disk.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const hourMs = 3600e3;
const dayMs = 24 * hourMs;
const dead = { ...thisProcess(), start: '1' };

let state: string;
beforeEach(() => {
  state = temporaryFolder();
});

const clean = (): ReturnType<typeof tidy> => tidy({ state, store: state }, { dryRun: false });

function put(name: string, ageMs: number, text = 'text'): void {
  const path = join(state, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  const time = new Date(Date.now() - ageMs);
  utimesSync(path, time, time);
}

const namesIn = (folder: string): string[] => readdirSync(join(state, folder)).sort();

/** A run of this checkout. */
const recorded = (run: string, owner: object): void => {
  put(`progress/${run}.ndjson`, dayMs, `${JSON.stringify({ owner, at: '2026-01-02T03:04:05.678Z' })}\n`);
};

function remembered(
  profile: string,
  step: string,
  runs: { built?: string; failed?: string },
  code = 'c',
): void {
  const { built, failed } = runs;
  openLastResults(state, profile).set({
    step,
    ...(built === undefined
      ? {}
      : {
          built: {
            key: 'k',
            recipe: { code } as Recipe,
            outputs: {},
            facts: { run: built, startedAt: '', ms: 1, host: 'h', profile },
          },
        }),
    ...(failed === undefined
      ? {}
      : { failed: { key: 'k', failure: { reason: 'stage-threw', message: 'm' }, at: '', run: failed } }),
  });
}

describe('logs', () => {
  const runs = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7'];
  const newest = ['r3.log', 'r4.log', 'r5.log', 'r6.log', 'r7.log'];
  beforeEach(() => {
    for (const run of runs) put(`logs/train/a/${run}.log`, 2 * hourMs);
  });
  const left = (): string[] => namesIn('logs/train/a');

  it('go but for the newest few of each step', () => {
    put('logs/train/r0.log', dayMs);
    expect(clean().logs).toEqual({ files: 3, bytes: 12 });
    expect(left()).toEqual(newest);
    expect(namesIn('logs/train')).toEqual(['a', 'r0.log']);
  });

  it('are only counted by a dry run', () => {
    expect(tidy({ state, store: state }, { dryRun: true }).logs.files).toBe(3);
    expect(left()).toHaveLength(8);
  });

  it('of the present result and of the last failure stay, in any profile', () => {
    remembered('quick', 'train/a', { built: 'r1' });
    remembered('paper', 'train/a', { built: 'r7', failed: 'r0' });
    remembered('paper', 'train/b', { built: 'r2' });
    clean();
    expect(left()).toEqual(['r0.log', 'r1.log', ...newest]);
  });

  it('of runs that go on stay, and young ones', () => {
    recorded('r0', thisProcess());
    recorded('r1', dead);
    put('logs/train/a/r2.log', 0);
    clean();
    expect(left()).toEqual(['r0.log', 'r2.log', ...newest]);
  });

  it('of the steps of a run go after it', () => {
    for (const run of runs) put(`logs/other/${run}.log`, dayMs);
    tidyAfterRun({ state, store: state }, 'r7', ['none', 'train/a']);
    expect(left()).toEqual(newest);
    expect(namesIn('logs/other')).toHaveLength(8);
  });
});

describe('code', () => {
  const digest = (letter: string): string => letter.repeat(64);
  const old = 8 * dayMs;
  /** A bundle, its map, and what says that a code digest stands for them. */
  const put3 = (letter: string, code: string, ageMs: number): void => {
    const [text, map] = [`${digest(letter)}.mjs`, `${digest(letter)}.${letter.repeat(16)}.json`];
    put(`code/${text}`, ageMs);
    put(`code/${map}`, ageMs);
    put(`code/${digest(code)}.json`, ageMs, JSON.stringify({ text, map, packages: [] }));
  };
  const bundles = (): string[] => namesIn('code').filter((name) => name.endsWith('.mjs'));

  it('goes when it is out of use for long, with its map; other files stay', () => {
    put3('a', '1', old);
    put3('b', '2', 6 * dayMs);
    put('code/notes.txt', old);
    expect(clean().code.files).toBe(3);
    expect(namesIn('code')).toEqual([
      `${digest('2')}.json`,
      `${digest('b')}.${'b'.repeat(16)}.json`,
      `${digest('b')}.mjs`,
      'notes.txt',
    ]);
  });

  it('that a remembered result was made by stays, for why', () => {
    put3('a', '1', old);
    put3('b', '2', old);
    remembered('quick', 'train', { built: 'r' }, digest('1'));
    expect(clean().code.files).toBe(3);
    expect(bundles()).toEqual([`${digest('a')}.mjs`]);
  });

  it('stays while a run of the checkout goes on, and what went out of use since another process began', () => {
    put3('a', '1', old);
    recorded('r0', thisProcess());
    expect(clean().code.files).toBe(0);
    recorded('r0', dead);
    openStore(state).rely(['k']);
    const tmp = join(state, 'v1/tmp');
    const began = new Date(Date.now() - 9 * dayMs);
    utimesSync(join(tmp, readdirSync(tmp)[0]!, 'owner'), began, began);
    expect(clean().code.files).toBe(0);
    tidyAfterRun({ state, store: state }, 'r0', ['train']);
    expect(bundles()).toHaveLength(1);
  });

  it('goes after a run that was the only one', () => {
    put3('a', '1', old);
    recorded('r0', thisProcess());
    tidyAfterRun({ state, store: state }, 'r0', ['train']);
    expect(bundles()).toEqual([]);
  });
});

it('folders of old execs go, and files that a killed process had half written', () => {
  put('exec/old+a/out/a.txt', 40 * dayMs);
  put('exec/new/log', 0);
  const long = new Date(Date.now() - 40 * dayMs);
  for (const name of ['exec/old+a', 'exec/old+a/out', 'exec/new']) utimesSync(join(state, name), long, long);
  for (const name of ['stats.12.tmp', 'code/index.json.7.tmp', 'last/ab.9.tmp']) put(name, 2 * dayMs);
  put('stats.13.tmp', 0);
  expect(clean().other).toEqual({ files: 4, bytes: 16 });
  expect(namesIn('exec')).toEqual(['new']);
  expect(existsSync(join(state, 'stats.13.tmp'))).toBe(true);
});
