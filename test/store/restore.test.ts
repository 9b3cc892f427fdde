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
import { hashFile, smallFile } from '../../src/key/digest.ts';
import { manifestRef } from '../../src/key/manifest.ts';
import { copyOut, exportOutput } from '../../src/store/restore.ts';
import type { FileRef, OutputRef } from '../../src/store/store.ts';
import { file, refOf } from './samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Objects of the given texts, as Store.object serves them. */
function objects(...texts: readonly string[]): (ref: FileRef) => Promise<string | undefined> {
  const folder = temporaryFolder();
  for (const text of texts) {
    file(folder, refOf(text).digest, text);
    chmodSync(join(folder, refOf(text).digest), 0o444);
  }
  return async ({ digest }) => (existsSync(join(folder, digest)) ? join(folder, digest) : undefined);
}

const fileOutput = (text: string): OutputRef => ({ kind: 'file', ...refOf(text) });
function dirOutput(texts: Readonly<Record<string, string>>): OutputRef {
  const files = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, refOf(text)]));
  return { kind: 'dir', files, ...manifestRef(files) };
}

describe('copyOut', () => {
  it('makes a copy with a name as long as the system allows', async () => {
    const from = (await objects('x')(refOf('x')))!;
    const dest = join(temporaryFolder(), 'x'.repeat(255));
    await copyOut(from, dest, 1);
    expect(readFileSync(dest, 'utf8')).toBe('x');
  });

  it('makes a writable copy in folders it makes, and leaves nothing else', async () => {
    const from = (await objects('x')(refOf('x')))!;
    const dest = join(temporaryFolder(), 'a/b/x.txt');
    await copyOut(from, dest, 1);
    expect(readFileSync(dest, 'utf8')).toBe('x');
    expect(statSync(dest).mode & 0o777).toBe(0o644);
    writeFileSync(dest, 'edited');
    expect(readFileSync(from, 'utf8')).toBe('x');
    expect(readdirSync(join(dest, '..'))).toEqual(['x.txt']);
  });

  it('copies large files too', async () => {
    const large = 'x'.repeat(smallFile + 1);
    const dest = join(temporaryFolder(), 'large');
    expect(await exportOutput(fileOutput(large), objects(large), dest)).toMatchObject({ written: [dest] });
    expect(readFileSync(dest, 'utf8')).toBe(large);
  });

  it('cleans up after a failure and keeps what was there', async () => {
    const dest = join(temporaryFolder(), 'x');
    mkdirSync(join(dest, 'in the way'), { recursive: true });
    await expect(copyOut((await objects('x')(refOf('x')))!, dest, 1)).rejects.toThrow();
    expect(readdirSync(join(dest, '..'))).toEqual(['x']);
  });
});

describe('exportOutput', () => {
  it('writes a file once, and again when it was edited or lost', async () => {
    const dest = join(temporaryFolder(), 'fig.svg');
    const run = () => exportOutput(fileOutput('<svg/>'), objects('<svg/>'), dest);
    expect(await run()).toEqual({ written: [dest], missing: [] });
    expect(await run()).toEqual({ written: [], missing: [] });
    writeFileSync(dest, '<SVG/>');
    expect(await run()).toEqual({ written: [dest], missing: [] });
    expect(readFileSync(dest, 'utf8')).toBe('<svg/>');
  });

  it('writes what differs of a folder and leaves strangers alone', async () => {
    const dest = join(temporaryFolder(), 'frames');
    const output = dirOutput({ 'a/1': 'one', '2': 'two' });
    file(dest, '2', 'two');
    file(dest, 'notes', 'mine');
    expect(await exportOutput(output, objects('one', 'two'), dest)).toEqual({
      written: [join(dest, 'a/1')],
      missing: [],
    });
    expect(readdirSync(dest).sort()).toEqual(['2', 'a', 'notes']);
  });

  it('makes the folder of an empty output', async () => {
    const dest = join(temporaryFolder(), 'none');
    await exportOutput(dirOutput({}), objects(), dest);
    expect(readdirSync(dest)).toEqual([]);
  });

  it('writes nothing where bytes are lost, and names them', async () => {
    const dest = join(temporaryFolder(), 'frames');
    const result = await exportOutput(dirOutput({ a: 'one', b: 'two' }), objects('one'), dest);
    expect(result).toEqual({ written: [], missing: [refOf('two')] });
    expect(readdirSync(dest)).toEqual([]);
  });

  it('needs no bytes of the store for what is right already', async () => {
    const dest = file(temporaryFolder(), 'x', 'x').path;
    expect(await exportOutput(fileOutput('x'), objects(), dest)).toEqual({ written: [], missing: [] });
  });

  it('asks the given cache for digests, and only of files of the right size', async () => {
    const asked: string[] = [];
    const digestOf = async (path: string): Promise<FileRef> => {
      asked.push(path);
      return hashFile(path);
    };
    const folder = temporaryFolder();
    const same = file(folder, 'same', 'abc').path;
    const longer = file(folder, 'longer', 'abcd').path;
    await exportOutput(fileOutput('abc'), objects('abc'), same, digestOf);
    await exportOutput(fileOutput('abc'), objects('abc'), longer, digestOf);
    expect(asked).toEqual([same]);
  });
});
