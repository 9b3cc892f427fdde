/** What every Store must do, whatever it is made of. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestRef } from '../../src/key/manifest.ts';
import { keyOf } from '../../src/key/recipe.ts';
import type { OnDamage } from '../../src/store/damage.ts';
import type { Store } from '../../src/store/store.ts';
import { anyEnvKey, commitText, facts, file, ignore, never, recipe, refOf } from './samples.ts';

export function storeContract(name: string, open: (onDamage: OnDamage) => Store): void {
  describe(`${name} keeps the contract of a store`, () => {
    it('finds nothing at first', async () => {
      const store = open(ignore);
      expect(store.find(keyOf(recipe('a')))).toBeUndefined();
      expect(store.findAnyEnv(anyEnvKey(recipe('a')))).toBeUndefined();
      expect(store.has(refOf('x'))).toBe(false);
      expect(await store.object(refOf('x'))).toBeUndefined();
      expect(await store.recheck(refOf('x'))).toBe(false);
    });

    it('gives back what was committed, with read-only bytes', async () => {
      const store = open(ignore);
      const { entry, differs } = commitText(store, recipe('a'), '{"n":1}');
      expect(differs).toEqual([]);
      expect(entry.outputs).toEqual({ 'count.json': { kind: 'file', ...refOf('{"n":1}') } });
      expect(store.find(entry.key)).toEqual(entry);
      expect(store.has(refOf('{"n":1}'))).toBe(true);
      const path = await store.object(refOf('{"n":1}'));
      expect(readFileSync(path!, 'utf8')).toBe('{"n":1}');
      expect(statSync(path!).mode & 0o777).toBe(0o444);
    });

    it('keeps folders as manifests', async () => {
      const store = open(ignore);
      const job = store.jobFolder();
      const files = { 'b/2.txt': file(job, 'b/2.txt', 'two'), '1.txt': file(job, '1.txt', 'one') };
      const of = recipe('dir');
      const { entry } = store.commit(facts(of), { frames: { kind: 'dir', files } }, anyEnvKey(of));
      const manifest = { '1.txt': refOf('one'), 'b/2.txt': refOf('two') };
      expect(entry.outputs).toEqual({ frames: { kind: 'dir', files: manifest, ...manifestRef(manifest) } });
      expect(entry.outputs['frames']?.bytes).toBe(6);
      expect(readFileSync((await store.object(refOf('two')))!, 'utf8')).toBe('two');
    });

    it('lets the first entry of a key win and names what differs', () => {
      const store = open(ignore);
      const first = commitText(store, recipe('a'), 'first').entry;
      expect(commitText(store, recipe('a'), 'first')).toEqual({ entry: first, differs: [] });
      expect(commitText(store, recipe('a'), 'other')).toEqual({ entry: first, differs: ['count.json'] });
      expect(store.find(first.key)).toEqual(first);
    });

    it('takes the new entry where the bytes of the first are lost', async () => {
      const store = open(ignore);
      commitText(store, recipe('a'), 'first');
      await damage(store, 'first', 'FIRST');
      expect(await store.object(refOf('first'))).toBeUndefined();
      const { entry, differs } = commitText(store, recipe('a'), 'other');
      expect(differs).toEqual(['count.json']);
      expect(entry.outputs['count.json']?.digest).toBe(refOf('other').digest);
      expect(store.find(entry.key)).toEqual(entry);
    });

    it('still has A after A, B, A', () => {
      const store = open(ignore);
      const a = commitText(store, recipe('a'), 'of a').entry;
      const b = commitText(store, recipe('b'), 'of b').entry;
      expect(store.find(a.key)).toEqual(a);
      expect(store.find(b.key)).toEqual(b);
    });

    it('finds an entry made under another environment', () => {
      const store = open(ignore);
      const made = commitText(store, recipe('a', { 'backend.version': '2.17' }), 'x').entry;
      expect(store.find(keyOf(recipe('a', { 'backend.version': '2.18' })))).toBeUndefined();
      expect(store.findAnyEnv(anyEnvKey(recipe('a', { 'backend.version': '2.18' })))).toEqual(made);
      expect(store.findAnyEnv(anyEnvKey(recipe('b')))).toBeUndefined();
    });

    it('forgets an entry, also under any environment, until it is built again', () => {
      const store = open(ignore);
      const { key } = commitText(store, recipe('a'), 'x').entry;
      store.forget(key);
      expect(store.find(key)).toBeUndefined();
      expect(store.findAnyEnv(anyEnvKey(recipe('a')))).toBeUndefined();
      store.forget(key);
      commitText(store, recipe('a', { 'backend.version': '2.18' }), 'y');
      expect(store.findAnyEnv(anyEnvKey(recipe('a')))?.key).toBe(
        keyOf(recipe('a', { 'backend.version': '2.18' })),
      );
    });

    it('adopts a result under another key, unless that has one', () => {
      const store = open(ignore);
      const made = commitText(store, recipe('a'), 'x').entry;
      const other = recipe('other');
      const accepted = [{ from: made.key }];
      const adopted = { ...made, key: keyOf(other), recipe: other, facts: { ...made.facts, accepted } };
      store.adopt(adopted, anyEnvKey(other));
      expect(store.find(keyOf(other))).toEqual(adopted);
      expect(store.findAnyEnv(anyEnvKey(other))).toEqual(adopted);
      store.adopt({ ...adopted, step: 'late' }, anyEnvKey(other));
      expect(store.find(keyOf(other))).toEqual(adopted);
    });

    it('says once that bytes are damaged, and takes good ones again', async () => {
      const said: string[] = [];
      const store = open(({ kind, name }) => said.push(`${kind} ${name}`));
      commitText(store, recipe('a'), 'good');
      await damage(store, 'good', 'evil');
      expect(await store.recheck(refOf('good'))).toBe(false);
      expect(await store.object(refOf('good'))).toBeUndefined();
      expect(store.has(refOf('good'))).toBe(false);
      expect(said).toEqual([`object ${refOf('good').digest}`]);
      commitText(store, recipe('a'), 'good');
      expect(readFileSync((await store.object(refOf('good')))!, 'utf8')).toBe('good');
    });

    it('leaves a metric that is not a number out', () => {
      const store = open(ignore);
      const of = recipe('a');
      const step = facts(of);
      store.commit(
        { ...step, facts: { ...step.facts, metrics: { loss: NaN, accuracy: 0.5 } } },
        {},
        anyEnvKey(of),
      );
      expect(store.find(step.key)?.facts.metrics).toEqual({ accuracy: 0.5 });
    });

    it('gives every job a folder of its own', () => {
      const store = open(ignore);
      const [a, b] = [store.jobFolder(), store.jobFolder()];
      expect(a).not.toBe(b);
      expect([readdirSync(a), readdirSync(b)]).toEqual([[], []]);
    });

    it('drops checkpoints with all they hold', () => {
      const store = open(ignore);
      const folder = store.checkpointFolder('k');
      store.dropCheckpoint('k');
      mkdirSync(join(folder, '000001'), { recursive: true });
      writeFileSync(join(folder, '000001', 'state'), 'x');
      expect(store.checkpointFolder('k')).toBe(folder);
      store.dropCheckpoint('k');
      expect(existsSync(folder)).toBe(false);
    });

    it('gives a lease to one at a time', async () => {
      const store = open(ignore);
      const first = await store.lease('k', ignore, never);
      const other = await store.lease('other', ignore, never);
      let waitsFor = '';
      const waiting = store.lease('k', (owner) => (waitsFor = owner), never);
      expect(first?.held()).toBe(true);
      await expect.poll(() => waitsFor).not.toBe('');
      first?.release();
      first?.release();
      const second = await waiting;
      expect([first?.held(), second?.held(), other?.held()]).toEqual([false, true, true]);
      second?.release();
      other?.release();
    });

    it('stops waiting for a lease when told to', async () => {
      const store = open(ignore);
      const first = await store.lease('k', ignore, never);
      const stop = new AbortController();
      const waiting = store.lease(
        'k',
        () => {
          stop.abort();
        },
        stop.signal,
      );
      expect(await waiting).toBeUndefined();
      expect(first?.held()).toBe(true);
      first?.release();
    });
  });
}

/** Overwrites the stored bytes of `text`, as a process of root could. */
async function damage(store: Store, text: string, by: string): Promise<void> {
  const path = await store.object(refOf(text));
  chmodSync(path!, 0o644);
  writeFileSync(path!, by);
}
