import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PipelineError } from '../../src/core/failure.ts';
import { keyOf } from '../../src/key/recipe.ts';
import type { Damage } from '../../src/store/damage.ts';
import { sweepDead } from '../../src/store/dead.ts';
import { openStore } from '../../src/store/disk.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { thisProcess } from '../../src/store/owner.ts';
import { storeContract } from './contract.ts';
import { anyEnvKey, commitText, facts, file, ignore, never, recipe, refOf } from './samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

storeContract('the store on disk', (onDamage) => openStore(join(temporaryFolder(), 'store'), { onDamage }));
storeContract('the durable store', (onDamage) =>
  openStore(join(temporaryFolder(), 'store'), { onDamage, durable: true }),
);

const failureOf = (run: () => unknown): PipelineError['failure'] => {
  try {
    run();
  } catch (error) {
    if (error instanceof PipelineError) return error.failure;
    throw error;
  }
  throw new Error('expected a failure');
};

const failing = (code: string) => (): never => {
  throw Object.assign(new Error(code), { code });
};

describe('layout', () => {
  it('creates nothing before the first write', async () => {
    const root = join(temporaryFolder(), 'store');
    const store = openStore(root);
    store.find(keyOf(recipe('a')));
    store.findAnyEnv(anyEnvKey(recipe('a')));
    await store.object(refOf('x'));
    store.dropCheckpoint('k');
    store.forget('k');
    expect(existsSync(root)).toBe(false);
  });

  it('puts everything where it is drawn', () => {
    const root = temporaryFolder();
    const { key } = commitText(openStore(root), recipe('a'), 'x').entry;
    const { digest } = refOf('x');
    for (const path of [
      'v1/CACHEDIR.TAG',
      'v1/.gitignore',
      `v1/objects/${digest.slice(0, 2)}/${digest.slice(2)}`,
      `v1/entries/${key.slice(0, 2)}/${key}.json`,
      `v1/any-env/${anyEnvKey(recipe('a')).slice(0, 2)}/${anyEnvKey(recipe('a'))}`,
    ]) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
    expect(readFileSync(join(root, 'v1/CACHEDIR.TAG'), 'utf8')).toMatch(
      /^Signature: 8a477f597d28d172789f06886806bc55\n/,
    );
  });

  it('leaves a store of an older format aside, unread and untouched', () => {
    const root = temporaryFolder();
    const old = file(root, `v0/entries/ab/${keyOf(recipe('a'))}.json`, 'in another form').path;
    const store = openStore(root);
    expect(store.find(keyOf(recipe('a')))).toBeUndefined();
    commitText(store, recipe('a'), 'x');
    expect(store.find(keyOf(recipe('a')))).toBeDefined();
    expect(fs.readFileSync(old, 'utf8')).toBe('in another form');
  });

  it('refuses a store of a newer format', () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'v12'));
    expect(failureOf(() => openStore(root))).toMatchObject({
      reason: 'usage',
      message: expect.stringContaining('format 12') as string,
    });
  });

  it('says that a file is no store', () => {
    const path = file(temporaryFolder(), 'store', '').path;
    expect(failureOf(() => openStore(path)).reason).toBe('usage');
  });

  it('makes room at once where dead processes left bytes, and takes its time for what holds none', () => {
    const root = temporaryFolder();
    const tmp = join(root, 'v1/tmp');
    const left = join(tmp, 'dead');
    for (const name of ['owner', 'job-0/out/big', 'job-0/in/cells/0/link', 'used/1', 'entry-7', 'lease-0'])
      file(dirname(join(left, name)), basename(name), name);
    writeFileSync(join(left, 'owner'), JSON.stringify({ ...thisProcess(), start: '1' }));
    let time = 0;
    // Each look at the clock takes as long as a whole sweep may: there is no time for anything that holds no bytes.
    sweepDead(layoutOf(root), fs, () => (time += 1000));
    expect(readdirSync(left).sort()).toEqual(['job-0', 'owner', 'used']);
    expect(readdirSync(join(left, 'job-0'))).toEqual(['in']);
    sweepDead(layoutOf(root), fs, () => 0);
    expect(readdirSync(tmp)).toEqual([]);
  });

  it('leaves what another user left there, and who may not remove it goes on', () => {
    const root = temporaryFolder();
    const left = join(layoutOf(root).tmp, 'dead');
    file(left, 'job-1/out/a', 'a');
    file(left, 'owner', JSON.stringify({ ...thisProcess(), start: '1' }));
    const refuse = (): never => {
      throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    };
    sweepDead(layoutOf(root), { ...fs, unlinkSync: refuse, rmdirSync: refuse, rmSync: refuse });
    expect(fs.readdirSync(left).sort()).toEqual(['job-1', 'owner']);
  });

  it('sweeps what dead processes left in tmp, and nothing else', () => {
    const root = temporaryFolder();
    const mine = openStore(root).jobFolder();
    const owner = JSON.parse(readFileSync(join(mine, '../owner'), 'utf8')) as object;
    const leave = (name: string, of: object): void => {
      file(join(root, 'v1/tmp', name), 'owner', JSON.stringify(of));
    };
    leave('dead', { ...owner, start: '1' });
    leave('rebooted', { ...owner, boot: 'before' });
    leave('elsewhere', { ...owner, host: 'elsewhere', boot: 'other' });
    openStore(root).jobFolder();
    const left = readdirSync(join(root, 'v1/tmp'));
    expect(left).toContain('elsewhere');
    expect(left).not.toContain('dead');
    expect(left).not.toContain('rebooted');
    expect(existsSync(mine)).toBe(true);
  });
});

describe('objects', () => {
  it('takes over files: moves one that has one name, copies one that has two, and follows links', async () => {
    const store = openStore(temporaryFolder());
    const job = store.jobFolder();
    const moved = file(job, 'moved', 'moved');
    const shared = file(job, 'shared', 'shared');
    linkSync(shared.path, join(job, 'second name'));
    symlinkSync(file(job, 'target', 'linked').path, join(job, 'link'));
    const linked = { path: join(job, 'link'), ...refOf('linked') };
    const of = recipe('a');
    store.commit(
      facts(of),
      { a: { kind: 'file', ...moved }, b: { kind: 'file', ...shared }, c: { kind: 'file', ...linked } },
      anyEnvKey(of),
    );
    expect(readdirSync(job).sort()).toEqual(['second name', 'target']);
    writeFileSync(join(job, 'second name'), 'SHARED');
    expect(await store.recheck(refOf('shared'))).toBe(true);
    expect(await store.recheck(refOf('linked'))).toBe(true);
  });

  it('copies across file systems', async () => {
    const store = openStore(temporaryFolder(), {
      calls: {
        ...fs,
        renameSync(from, to) {
          if (String(from).includes('elsewhere')) failing('EXDEV')();
          renameSync(from, to);
        },
      },
    });
    const of = recipe('a');
    const produced = file(join(temporaryFolder(), 'elsewhere'), 'count.json', 'far');
    store.commit(facts(of), { 'count.json': { kind: 'file', ...produced } }, anyEnvKey(of));
    const path = await store.object(refOf('far'));
    expect(statSync(path!).mode & 0o777).toBe(0o444);
  });

  it('touches known bytes instead of writing them again', async () => {
    const store = openStore(temporaryFolder());
    commitText(store, recipe('a'), 'same');
    const path = (await store.object(refOf('same')))!;
    const { ino } = statSync(path);
    utimesSync(path, 1, 1);
    await store.object(refOf('same'));
    commitText(store, recipe('b'), 'same');
    expect(statSync(path).ino).toBe(ino);
    expect(statSync(path).mtimeMs).toBeGreaterThan(1e12);
  });

  it('refuses an output that changed after it was hashed', () => {
    const store = openStore(temporaryFolder());
    const of = recipe('a');
    const produced = file(store.jobFolder(), 'count.json', 'before');
    writeFileSync(produced.path, 'after that');
    const commit = (): unknown =>
      store.commit(facts(of), { o: { kind: 'file', ...produced } }, anyEnvKey(of));
    expect(failureOf(commit).reason).toBe('object-corrupt');
    rmSync(produced.path);
    expect(failureOf(commit).reason).toBe('object-corrupt');
    expect(store.find(keyOf(of))).toBeUndefined();
  });

  it.each([
    [
      'a flipped byte',
      (path: string) => {
        writeFileSync(path, 'jood');
      },
    ],
    [
      'a lost end',
      (path: string) => {
        truncateSync(path, 2);
      },
    ],
    [
      'a folder in its place',
      (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])('finds %s, sets it aside and says so once', async (_what, harm) => {
    const root = temporaryFolder();
    commitText(openStore(root), recipe('a'), 'good');
    const path = layoutOf(root).object(refOf('good').digest);
    chmodSync(path, 0o644);
    harm(path);
    const said: Damage[] = [];
    const store = openStore(root, { onDamage: (damage) => said.push(damage) });
    expect(await store.object(refOf('good'))).toBeUndefined();
    expect(await store.object(refOf('good'))).toBeUndefined();
    expect(said).toHaveLength(1);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(said[0]!.movedTo!)).toBe(true);
    commitText(store, recipe('a'), 'good');
    expect(await store.object(refOf('good'))).toBe(path);
  });

  it('never uses damaged bytes that it cannot set aside', async () => {
    const root = temporaryFolder();
    commitText(openStore(root), recipe('a'), 'good');
    const path = layoutOf(root).object(refOf('good').digest);
    chmodSync(path, 0o644);
    writeFileSync(path, 'jood');
    const said: Damage[] = [];
    const calls = { ...fs, renameSync: failing('EROFS') };
    const store = openStore(root, { calls, onDamage: (damage) => said.push(damage) });
    expect(await store.object(refOf('good'))).toBeUndefined();
    expect(await store.object(refOf('good'))).toBeUndefined();
    expect(store.has(refOf('good'))).toBe(false);
    expect(said.map(({ movedTo }) => movedTo)).toEqual([null]);
  });

  it('looks again when the file was touched since, and notices its loss', async () => {
    const store = openStore(temporaryFolder());
    commitText(store, recipe('a'), 'x');
    const path = (await store.object(refOf('x')))!;
    utimesSync(path, 5, 5);
    expect(await store.object(refOf('x'))).toBe(path);
    rmSync(path);
    expect(await store.object(refOf('x'))).toBeUndefined();
  });
});

describe('entries', () => {
  it.each([
    ['a flipped byte', (text: string) => text.replace('"count"', '"Count"')],
    ['a lost end', (text: string) => text.slice(0, -20)],
    ['nothing in it', () => ''],
    ['other content', () => '{"sha256":"0","entry":{}}\n'],
  ])('counts an entry with %s as absent and sets it aside', (_what, harm) => {
    const root = temporaryFolder();
    const { key } = commitText(openStore(root), recipe('a'), 'x').entry;
    const path = layoutOf(root).entry(key);
    chmodSync(path, 0o644);
    writeFileSync(path, harm(readFileSync(path, 'utf8')));
    const said: Damage[] = [];
    const store = openStore(root, { onDamage: (damage) => said.push(damage) });
    expect(store.find(key)).toBeUndefined();
    expect(store.find(key)).toBeUndefined();
    expect(store.findAnyEnv(anyEnvKey(recipe('a')))).toBeUndefined();
    expect(said.map(({ kind, name }) => [kind, name])).toEqual([['entry', key]]);
    expect(readdirSync(join(root, 'v1/quarantine'))).toEqual([`entry-${key}.json`]);
    const again = commitText(store, recipe('a'), 'x').entry;
    expect(store.find(key)).toEqual(again);
    expect(store.findAnyEnv(anyEnvKey(recipe('a')))).toEqual(again);
  });

  it('does not believe an entry under the name of another', () => {
    const root = temporaryFolder();
    const a = commitText(openStore(root), recipe('a'), 'x').entry;
    const b = keyOf(recipe('b'));
    const layout = layoutOf(root);
    mkdirSync(join(layout.entry(b), '..'), { recursive: true });
    copyFileSync(layout.entry(a.key), layout.entry(b));
    const index = layout.anyEnv(anyEnvKey(recipe('b')));
    mkdirSync(join(index, '..'), { recursive: true });
    copyFileSync(layout.entry(a.key), index);
    expect(openStore(root).find(b)).toBeUndefined();
    expect(openStore(root).findAnyEnv(anyEnvKey(recipe('b')))).toBeUndefined();
  });

  it('does not mind that another process makes a folder at the same moment', () => {
    const store = openStore(temporaryFolder(), {
      calls: {
        ...fs,
        linkSync(from, to) {
          const late = !existsSync(join(String(to), '..'));
          mkdirSync(join(String(to), '..'), { recursive: true });
          if (late) failing('ENOENT')();
          linkSync(from, to);
        },
      },
    });
    const { entry } = commitText(store, recipe('a'), 'x');
    expect(store.find(entry.key)).toEqual(entry);
  });

  it("brings the same bytes in anew where they are another user's, which only he may touch", async () => {
    const root = temporaryFolder();
    const store = openStore(root, { calls: { ...fs, utimesSync: failing('EPERM') } });
    commitText(store, recipe('a'), 'text');
    const path = await store.object(refOf('text'));
    const { ino } = fs.statSync(path!);
    commitText(store, recipe('b'), 'text');
    expect(await store.object(refOf('text'))).toBe(path);
    expect(fs.statSync(path!).ino).not.toBe(ino);
  });

  it('works without hard links', () => {
    const root = temporaryFolder();
    const store = openStore(root, { calls: { ...fs, linkSync: failing('EPERM') } });
    const first = commitText(store, recipe('a'), 'first').entry;
    expect(commitText(store, recipe('a'), 'other')).toEqual({ entry: first, differs: ['count.json'] });
    expect(store.findAnyEnv(anyEnvKey(recipe('a')))).toEqual(first);
  });
});

describe('trouble with the disk', () => {
  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EACCES', 'usage'],
    ['EROFS', 'usage'],
    ['EMFILE', 'usage'],
  ])('%s is a %s failure that names the store', async (code, reason) => {
    const root = temporaryFolder();
    for (const call of ['mkdirSync', 'writeFileSync', 'renameSync'] as const) {
      const store = openStore(root, { calls: { ...fs, [call]: failing(code) } });
      const failure = failureOf(() => commitText(store, recipe(call), 'x'));
      expect(failure).toMatchObject({ reason, message: expect.stringContaining(root) as string });
      expect(failure.hint).toBeTruthy();
      expect(openStore(root).find(keyOf(recipe(call)))).toBeUndefined();
    }
    const store = openStore(root, { calls: { ...fs, openSync: failing(code) } });
    await expect(store.lease('k', ignore, never)).rejects.toMatchObject({ failure: { reason } });
  });

  it('goes on after the whole store was deleted in mid-run', async () => {
    const root = temporaryFolder();
    const store = openStore(root);
    const { key } = commitText(store, recipe('a'), 'x').entry;
    await store.object(refOf('x'));
    rmSync(join(root, 'v1'), { recursive: true });
    expect(store.find(key)).toBeUndefined();
    expect(await store.object(refOf('x'))).toBeUndefined();
    commitText(store, recipe('a'), 'x');
    expect(await store.object(refOf('x'))).toBeDefined();
  });
});

describe('a folder where a file should be', () => {
  it('is set aside where it stands for an entry, and the entry is written again', () => {
    const root = temporaryFolder();
    const said: string[] = [];
    const store = openStore(root, { onDamage: ({ kind, why }) => said.push(`${kind} ${why}`) });
    const { entry } = commitText(store, recipe('a'), 'x');
    const path = layoutOf(root).entry(entry.key);
    for (let round = 0; round < 2; round++) {
      fs.rmSync(path);
      fs.mkdirSync(`${path}/inner`, { recursive: true });
      expect(store.find(entry.key)).toBeUndefined();
      commitText(store, recipe('a'), 'x');
      expect(store.find(entry.key)).toEqual(entry);
    }
    expect(said).toHaveLength(2);
  });

  it('is set aside where it stands for an object, unread or not', async () => {
    const root = temporaryFolder();
    const store = openStore(root);
    const { entry } = commitText(store, recipe('a'), 'x');
    const path = layoutOf(root).object(refOf('x').digest);
    for (const look of [true, false]) {
      fs.rmSync(path, { recursive: true });
      fs.mkdirSync(`${path}/inner`, { recursive: true });
      if (look) expect(await store.object(refOf('x'))).toBeUndefined();
      store.forget(entry.key);
      commitText(store, recipe('a'), 'x');
      expect(await store.object(refOf('x'))).toBe(path);
    }
  });
});
