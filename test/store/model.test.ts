/**
 * Random sequences of commits, deaths, damage, forgetting and collecting against a model that only knows what was ever committed and
 * what must still be there. Whatever happened, the store tells no lie: an entry it finds is one that was committed, bytes it hands out
 * are those of their digest, and what nobody touched is there. More sequences with FC_SEED=random FC_TIMES=40.
 */
import * as fs from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keyOf } from '../../src/key/recipe.ts';
import { collect } from '../../src/store/collect.ts';
import { openStore } from '../../src/store/disk.ts';
import { layoutOf, namesIn } from '../../src/store/layout.ts';
import { thisProcess } from '../../src/store/owner.ts';
import type { Store } from '../../src/store/store.ts';
import { verifyStore } from '../../src/store/verify.ts';
import type { DiskCalls } from '../../src/store/volume.ts';
import { commitText, recipe, refOf } from './samples.ts';
import { cases, fc } from '../properties.ts';

interface Model {
  /** Texts ever committed for a word, also by those that died. */
  readonly committed: Map<string, Set<string>>;
  /** Words whose result nobody has touched since. */
  readonly sure: Set<string>;
}

interface Real {
  readonly root: string;
  store: Store;
}

type Command = fc.AsyncCommand<Model, Real>;

/** A command that can always be run; `text` is shown with a counterexample. */
const command = (text: string, run: (model: Model, real: Real) => Promise<void> | void): Command => ({
  check: () => true,
  run: async (model, real) => {
    await run(model, real);
  },
  toString: () => text,
});

const allow = ({ committed }: Model, word: string, text: string): void => {
  committed.set(word, (committed.get(word) ?? new Set()).add(text));
};

const commit = (word: string, text: string): Command =>
  command(`commit ${word} ${text}`, (model, { store }) => {
    allow(model, word, text);
    const { differs } = commitText(store, recipe(word), text);
    // An earlier result that came out otherwise stays, as long as its bytes look whole.
    if (differs.length === 0) model.sure.add(word);
  });

const look = (word: string): Command =>
  command(`look ${word}`, async (model, { store }) => {
    const output = store.find(keyOf(recipe(word)))?.outputs['count.json'];
    const texts = [...(model.committed.get(word) ?? [])];
    if (output) expect(texts.map((text) => refOf(text).digest)).toContain(output.digest);
    const path = output && (await store.object(output));
    if (path !== undefined) expect(refOf(fs.readFileSync(path, 'utf8')).digest).toBe(output!.digest);
    if (model.sure.has(word)) expect(path).toBeDefined();
  });

/** A process that dies at its nth change of the disk while it commits; another one goes on. */
const die = (word: string, text: string, fatal: number): Command =>
  command(`die at ${fatal} of commit ${word} ${text}`, (model, real) => {
    allow(model, word, text);
    try {
      commitText(openStore(real.root, { calls: mortal(fatal) }), recipe(word), text);
    } catch (error) {
      expect(String(error)).toMatch(/died/);
    }
    real.store = openStore(real.root);
  });

type Harm = (path: string) => void;
const harms: Readonly<Record<string, Harm>> = {
  empty: (path) => {
    fs.writeFileSync(path, '');
  },
  flip: (path) => {
    const bytes = fs.readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    fs.writeFileSync(path, bytes);
  },
  remove: (path) => {
    fs.rmSync(path);
  },
  folder: (path) => {
    fs.rmSync(path);
    fs.mkdirSync(path);
  },
};

const harmObject = (text: string, how: string): Command =>
  command(`${how} object ${text}`, (model, { root }) => {
    const path = layoutOf(root).object(refOf(text).digest);
    if (!fs.statSync(path, { throwIfNoEntry: false })?.isFile()) return;
    fs.chmodSync(path, 0o644);
    harms[how]!(path);
    for (const [word, texts] of model.committed) if (texts.has(text)) model.sure.delete(word);
  });

const harmEntry = (word: string, how: string): Command =>
  command(`${how} entry ${word}`, (model, { root }) => {
    const path = layoutOf(root).entry(keyOf(recipe(word)));
    if (!fs.statSync(path, { throwIfNoEntry: false })?.isFile()) return;
    fs.chmodSync(path, 0o644);
    harms[how]!(path);
    model.sure.delete(word);
  });

const forget = (word: string): Command =>
  command(`forget ${word}`, (model, { store }) => {
    store.forget(keyOf(recipe(word)));
    expect(store.find(keyOf(recipe(word)))).toBeUndefined();
    model.sure.delete(word);
  });

/** All processes so far have ended; what is not needed goes. */
const gc = (needed: string): Command =>
  command(`gc but ${needed}`, (model, real) => {
    const { tmp } = layoutOf(real.root);
    for (const name of namesIn(tmp))
      fs.writeFileSync(`${tmp}/${name}/owner`, JSON.stringify({ ...thisProcess(), start: '1' }));
    collect(real.root, {
      needed: new Set([keyOf(recipe(needed))]),
      force: false,
      dryRun: false,
      maxBytes: 0,
    });
    for (const word of [...model.sure]) if (word !== needed) model.sure.delete(word);
    real.store = openStore(real.root);
  });

const repair = (): Command =>
  command('verify --repair', async (_model, real) => {
    await verifyStore(real.root, { repair: true });
    expect(await verifyStore(real.root)).toMatchObject({ damaged: [], lost: [] });
    real.store = openStore(real.root);
  });

function mortal(fatal: number): DiskCalls {
  let count = 0;
  const names = [
    'chmodSync',
    'copyFileSync',
    'fsyncSync',
    'linkSync',
    'mkdirSync',
    'openSync',
    'renameSync',
    'rmSync',
  ];
  const others = ['rmdirSync', 'unlinkSync', 'utimesSync', 'writeFileSync', 'writeSync'];
  const entries = [...names, ...others].map((name) => {
    const call = fs[name as keyof typeof fs] as (...args: unknown[]) => unknown;
    const dying = (...args: unknown[]): unknown => {
      if (++count >= fatal) throw new Error('died');
      return call(...args);
    };
    return [name, dying];
  });
  return Object.fromEntries(entries) as DiskCalls;
}

const word = fc.constantFrom('a', 'b', 'c');
const text = fc.constantFrom('one', 'two', 'three');
const how = fc.constantFrom(...Object.keys(harms));
const commands = [
  fc.tuple(word, text).map(([w, t]) => commit(w, t)),
  word.map(look),
  word.map(look),
  fc.tuple(word, text, fc.integer({ min: 1, max: 25 })).map(([w, t, n]) => die(w, t, n)),
  fc.tuple(text, how).map(([t, h]) => harmObject(t, h)),
  fc.tuple(word, how).map(([w, h]) => harmEntry(w, h)),
  word.map(forget),
  word.map(gc),
  fc.constant(repair()),
];

it('tells no lie, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 25 }), async (sequence) => {
      const root = mkdtempSync(join(tmpdir(), 'ar-pipe-model-'));
      try {
        const setup = () => ({
          model: { committed: new Map<string, Set<string>>(), sure: new Set<string>() },
          real: { root, store: openStore(root) },
        });
        await fc.asyncModelRun(setup, sequence);
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    }),
    cases(60),
  );
}, 600_000);
