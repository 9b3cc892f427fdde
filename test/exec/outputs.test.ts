import { createHash } from 'node:crypto';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutputSpec } from '../../src/core/output.ts';
import { hashFileSync } from '../../src/key/digest.ts';
import { collectOutputs, prepareOutputs } from '../../src/exec/outputs.ts';

let folder: string;
const out = (name: string) => join(folder, 'out', name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ar-pipe-outputs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const file = (name: string): OutputSpec => ({ name, kind: 'file' });
const dir = (name: string): OutputSpec => ({ name, kind: 'dir' });
const sha = (text: string) => createHash('sha256').update(text).digest('hex');

function collect(outputs: OutputSpec[], write: () => void) {
  prepareOutputs({ folder, outputs });
  write();
  const result = collectOutputs({ folder, outputs });
  return result.ok ? { produced: result.value } : { ...result.error };
}

test('what a job left beside its inputs and outputs is cleared away', () => {
  const outputs = [file('deep/b.txt'), dir('frames')];
  collect(outputs, () => {
    for (const name of ['in/need', 'tmp/scratch', 'out/empty/deeper', 'out/frames/sub'])
      mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'core'), '');
    writeFileSync(out('deep/b.txt'), 'b');
  });
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(
    ['in', 'in/need', 'out', 'out/deep', 'out/deep/b.txt', 'out/frames', 'out/frames/sub'].sort(),
  );
});

describe('outputs of a job', () => {
  test('files, nested files and folders with digests', () => {
    const got = collect([file('a.txt'), file('deep/b.txt'), dir('frames')], () => {
      writeFileSync(out('a.txt'), 'a');
      writeFileSync(out('deep/b.txt'), 'b');
      mkdirSync(out('frames/sub/empty'), { recursive: true });
      writeFileSync(out('frames/sub/1.png'), '1');
      writeFileSync(out('frames/0.png'), '0');
    });
    expect(got).toEqual({
      produced: {
        'a.txt': { kind: 'file', path: out('a.txt'), digest: sha('a'), bytes: 1 },
        'deep/b.txt': { kind: 'file', path: out('deep/b.txt'), digest: sha('b'), bytes: 1 },
        frames: {
          kind: 'dir',
          files: {
            '0.png': { path: out('frames/0.png'), digest: sha('0'), bytes: 1 },
            'sub/1.png': { path: out('frames/sub/1.png'), digest: sha('1'), bytes: 1 },
          },
        },
      },
    });
  });

  test('an empty folder is an output too', () => {
    expect(collect([dir('frames')], () => undefined)).toEqual({
      produced: { frames: { kind: 'dir', files: {} } },
    });
  });

  test('files may be called as what every object has, and as long as the system allows', () => {
    const names = ['constructor', 'toString', 'x'.repeat(255)];
    const got = collect([dir('d')], () => {
      for (const name of names) writeFileSync(out(`d/${name}`), name);
      linkSync(out(`d/${names[2]}`), join(folder, 'second'));
    });
    const { files } = got.produced!['d'] as { files: Record<string, { digest: string }> };
    expect(Object.entries(files).map(([name, { digest }]) => [name, digest])).toEqual(
      names.map((name) => [name, sha(name)]).sort(),
    );
  });

  test('a name that records cannot hold is refused', () => {
    const got = collect([dir('d')], () => {
      writeFileSync(out('d/__proto__'), '');
    });
    expect(got).toMatchObject({ message: "no file of 'd' may be called '__proto__'" });
  });

  test('a name that is not UTF-8 is refused', () => {
    const got = collect([dir('d')], () => {
      writeFileSync(Buffer.concat([Buffer.from(out('d/a')), Buffer.from([0xff])]), '');
    });
    expect(got).toMatchObject({
      reason: 'output-missing',
      message: "the output 'd/a\uFFFD' is gone again, or its name is not UTF-8",
    });
  });

  test('missing ones are named together', () => {
    const got = collect([file('a'), file('b'), file('c')], () => {
      writeFileSync(out('b'), '');
    });
    expect(got).toMatchObject({
      reason: 'output-missing',
      message: "the declared outputs 'a', 'c' were not written",
    });
  });

  test('undeclared ones are named, the first five of many', () => {
    const got = collect([file('a')], () => {
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) writeFileSync(out(name), '');
    });
    expect(got).toMatchObject({
      reason: 'undeclared-output',
      message: "the undeclared outputs 'b', 'c', 'd', 'e', 'f' and 1 more were written",
    });
  });

  test('a folder where a file was declared, and the other way round', () => {
    expect(
      collect([file('a')], () => {
        mkdirSync(out('a'));
      }),
    ).toMatchObject({
      reason: 'output-missing',
      message: expect.stringMatching(/is a folder/) as string,
    });
    rmSync(out('a'), { recursive: true });
    const swapped = collect([dir('b')], () => {
      rmSync(out('b'), { recursive: true });
      writeFileSync(out('b'), '');
    });
    expect(swapped).toMatchObject({
      reason: 'output-missing',
      message: expect.stringMatching(/declared as a folder/) as string,
    });
  });

  test.each([
    ['out of the job folder', () => '/etc/hostname', 'undeclared-output', /out of the job's folder/],
    ['to nothing', () => 'absent', 'output-missing', /link to nothing/],
    ['to itself', () => out('a'), 'output-missing', /link to nothing/],
    ['to a folder', () => join(folder, 'tmp'), 'undeclared-output', /link to a folder/],
  ])('a link %s is refused', (_, target, reason, message) => {
    mkdirSync(join(folder, 'tmp'));
    const got = collect([file('a')], () => {
      symlinkSync(target(), out('a'));
    });
    expect(got).toMatchObject({ reason, message: expect.stringMatching(message) as string });
  });

  test('a link out of the job folder inside a folder output is refused', () => {
    const got = collect([dir('d')], () => {
      symlinkSync('/etc', out('d/etc'));
    });
    expect(got).toMatchObject({ reason: 'undeclared-output' });
  });

  test('links inside and files with several names become files of their own', () => {
    const got = collect([file('a'), file('b'), file('c')], () => {
      writeFileSync(out('a'), 'bytes');
      symlinkSync('a', out('b'));
      linkSync(out('a'), out('c'));
    });
    expect(got.produced).toMatchObject({
      a: { digest: sha('bytes') },
      b: { digest: sha('bytes') },
      c: { digest: sha('bytes') },
    });
    for (const name of ['a', 'b', 'c'])
      expect(lstatSync(out(name)).isFile() && lstatSync(out(name)).nlink).toBe(1);
    writeFileSync(out('a'), 'other');
    expect(readFileSync(out('c'), 'utf8')).toBe('bytes');
  });

  test('metrics that are not finite fail the step, with file and place', () => {
    const got = collect([{ name: 'metrics.json', kind: 'metrics' }], () => {
      writeFileSync(out('metrics.json'), JSON.stringify({ loss: [1, NaN] }));
    });
    expect(got).toMatchObject({
      reason: 'stage-threw',
      message: expect.stringMatching(/^the metrics output 'metrics\.json' holds null at loss\[1\]/) as string,
    });
  });

  test('a file of several megabytes has the digest of all its bytes', () => {
    const path = join(folder, 'big');
    const bytes = Buffer.alloc(3 * 1024 * 1024 + 17, 'ar-pipe');
    writeFileSync(path, bytes);
    expect(hashFileSync(path)).toEqual({
      digest: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
    });
  });
});
