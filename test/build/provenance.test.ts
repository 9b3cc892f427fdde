import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesInProvenance, lineages, provenanceFile, writeProvenance } from '../../src/build/provenance.ts';
import { command } from '../../src/pipeline/command.ts';
import { step, type Step } from '../../src/pipeline/step.ts';
import type { Entry } from '../../src/store/store.ts';

const source = command({ run: 'echo > {out.text}', outputs: { text: 'text' } });
const copy = command({
  run: 'cp {needs.text} {out.text}',
  needs: { text: 'text' },
  outputs: { text: 'text' },
});
const a = step('a', source);
const b = step('b', copy, { needs: { text: a } });

const entryOf =
  (run: string) =>
  (of: Step): Entry => ({
    key: of.name.repeat(4),
    step: of.name,
    recipe: { code: 'c', params: { z: 1, a: 'ü\n' }, inputs: {}, outputs: ['text'], env: {} },
    outputs: { text: { kind: 'file', digest: 'd', bytes: 1 } },
    facts: { run, startedAt: 'then', ms: 1.6, host: 'h', profile: 'p' },
  });

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ar-pipe-provenance-'));
  path = join(folder, provenanceFile);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('provenance.json', () => {
  it('is indented JSON that names every step with what it was made of', () => {
    writeProvenance(folder, { target: 't', files: ['text'] }, [a, b], entryOf('r'));
    const text = readFileSync(path, 'utf8');
    const { steps, ...head } = JSON.parse(text) as { steps: object[] };
    expect(head).toEqual({ target: 't', files: ['text'] });
    expect(steps).toMatchObject([{ step: 'a', params: { a: 'ü\n', z: 1 }, ms: 2 }, { step: 'b' }]);
    expect(text).toBe(`${JSON.stringify({ ...head, steps }, null, 2)}\n`);
  });

  it('tells which files it stands for, also where it was edited, but none outside of the folder', () => {
    const files = ['text', 'in/side', '../outside', '/outside', 5];
    writeProvenance(folder, { target: 't', files }, [a], entryOf('r'));
    expect(filesInProvenance(folder)).toEqual(['text', 'in/side']);
    writeFileSync(path, JSON.stringify({ files, steps: [] }));
    expect(filesInProvenance(folder)).toEqual(['text', 'in/side']);
    writeFileSync(path, '{"files": ["text"');
    expect(filesInProvenance(folder)).toEqual([]);
    rmSync(path);
    expect(filesInProvenance(folder)).toEqual([]);
  });

  it('stays as it is where it says just this', () => {
    const write = (run: string): number => {
      writeProvenance(folder, { target: 't' }, [a, b], entryOf(run));
      return statSync(path).ino;
    };
    const first = write('r');
    expect(write('r')).toBe(first);
    expect(write('other')).not.toBe(first);
  });
});

describe('lineages', () => {
  const of = (first: string, second: string): ReadonlyMap<Step, string> =>
    lineages([a, b], (each) => entryOf(each === a ? first : second)(each));

  it('are equal for equal histories', () => {
    expect(of('r', 'r')).toEqual(of('r', 'r'));
  });

  it('differ for a step that another one far up was made anew for, and for nothing beside it', () => {
    expect(of('other', 'r').get(b)).not.toBe(of('r', 'r').get(b));
    expect(of('r', 'other').get(a)).toBe(of('r', 'r').get(a));
    expect(of('r', 'other').get(b)).not.toBe(of('r', 'r').get(b));
  });
});
