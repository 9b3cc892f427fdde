/** `--durable`: in which order things reach the disk. A power cut may lose whatever was not yet flushed, in any combination. */
import * as fs from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { openCheckpoint } from '../../src/exec/checkpoint.ts';
import { openStore } from '../../src/store/disk.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { commitText, recipe, refOf } from './samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Done {
  readonly what: 'fsync' | 'rename' | 'link' | 'mkdir';
  readonly path: string;
  readonly to?: string;
}

/** A commit of one step into a new store: the calls that matter, with the path behind each file descriptor. */
function commitRecorded(durable: boolean): { done: Done[]; root: string } {
  const root = join(temporaryFolder(), 'store');
  const done: Done[] = [];
  const calls: typeof fs = {
    ...fs,
    fsyncSync(fd) {
      done.push({ what: 'fsync', path: fs.readlinkSync(`/proc/self/fd/${fd}`) });
      fs.fsyncSync(fd);
    },
    renameSync(from, to) {
      done.push({ what: 'rename', path: String(from), to: String(to) });
      fs.renameSync(from, to);
    },
    linkSync(from, to) {
      fs.linkSync(from, to);
      done.push({ what: 'link', path: String(from), to: String(to) });
    },
  };
  commitText(openStore(root, { durable, calls }), recipe('a'), 'text');
  return { done, root };
}

const onLinux = process.platform === 'linux';

it.runIf(onLinux)(
  'flushes the bytes before their name, all of that before the entry, and then the entry',
  () => {
    const { done, root } = commitRecorded(true);
    const layout = layoutOf(root);
    const object = layout.object(refOf('text').digest);
    const at = (what: Done['what'], match: (each: Done) => boolean): number => {
      const found = done.findIndex((each) => each.what === what && match(each));
      expect(found, `${what} in ${JSON.stringify(done)}`).toBeGreaterThanOrEqual(0);
      return found;
    };
    const moved = at('rename', ({ to }) => to === object);
    expect(done[moved - 1]).toEqual({ what: 'fsync', path: done[moved]!.path });
    const named = at('fsync', ({ path }) => path === dirname(object));
    const linked = at('link', ({ to }) => to !== undefined && /^v1\/entries\//.test(relative(root, to)));
    const flushed = at('fsync', ({ path }) => path === done[linked]!.path);
    expect([moved < named, named < linked, flushed < linked]).toEqual([true, true, true]);
    // The new folders have names that can be lost too.
    for (const folder of [dirname(dirname(object)), layout.home]) {
      expect(at('fsync', ({ path }) => path === folder)).toBeLessThan(linked);
    }
    const last = done.findLastIndex(
      ({ what, path }) => what === 'fsync' && path === dirname(done[linked]!.to!),
    );
    expect(last).toBeGreaterThan(linked);
  },
);

it.runIf(onLinux)('flushes bytes that were there already', async () => {
  const root = temporaryFolder();
  commitText(openStore(root), recipe('a'), 'text');
  const flushed: string[] = [];
  const fsyncSync = (fd: number): void => void flushed.push(fs.readlinkSync(`/proc/self/fd/${fd}`));
  const store = openStore(root, { durable: true, calls: { ...fs, fsyncSync } });
  const object = (await store.object(refOf('text')))!;
  commitText(store, recipe('b'), 'text');
  expect(flushed).toEqual(expect.arrayContaining([object, dirname(object)]));
});

it.runIf(onLinux)('flushes nothing unless asked to', () => {
  expect(commitRecorded(false).done.filter(({ what }) => what === 'fsync')).toEqual([]);
});

it('saves durable checkpoints like others, folders in them too', async () => {
  const folder = join(temporaryFolder(), 'checkpoint');
  const checkpoint = openCheckpoint(folder, true);
  for (const text of ['one', 'two']) {
    await checkpoint.save((to) => {
      fs.mkdirSync(join(to, 'deep'));
      fs.writeFileSync(join(to, 'deep/state'), text);
    });
  }
  expect(fs.readdirSync(folder)).toEqual(['000002']);
  expect(fs.readFileSync(join(checkpoint.latest!, 'deep/state'), 'utf8')).toBe('two');
});
