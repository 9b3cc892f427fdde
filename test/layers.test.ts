/** Imports between folders go one way (ARCHITECTURE.md): reads the import lines and names the offending pair. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** What each folder may import besides itself; a file may stand for its folder's vocabulary. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  'src/key': ['src/core'],
  'src/pipeline': ['src/core', 'src/key'],
  'src/store': ['src/core', 'src/key'],
  'src/exec': ['src/core', 'src/key/digest.ts', 'src/store/store.ts', 'src/pipeline/stage.ts'],
  'src/remote': [
    'src/core',
    'src/key',
    'src/store/store.ts',
    'src/store/entry-text.ts',
    'src/store/commit.ts',
  ],
  'src/report': ['src/core'],
  'src/build': [
    'src/core',
    'src/key',
    'src/pipeline',
    'src/store/store.ts',
    'src/store/restore.ts',
    'src/exec/executor.ts',
  ],
  'src/watch': ['src/core', 'src/key', 'src/pipeline/project.ts', 'src/build/local-inputs.ts'],
  'src/init': ['src/core'],
  // What the browser runs; must come before the rest of its folder.
  'src/ui/page': ['src/core', 'src/report', 'src/ui'],
  'src/ui': ['src/core', 'src/report', 'src/build/compare.ts', 'src/store/owner.ts'],
  'src/tf': [],
  'src/cli': [
    'src/core',
    'src/key',
    'src/pipeline',
    'src/store',
    'src/exec',
    'src/report',
    'src/build',
    'src/watch',
    'src/init',
    'src/remote',
    'src/ui',
    'src/tf',
  ],
  'src/index.ts': ['src/pipeline', 'src/read-result.ts', 'src/core'],
  'src/read-result.ts': ['src/cli', 'src/build', 'src/pipeline', 'src/core', 'src/store'],
};
/** Imported for its types alone, so nothing of it is there when the code runs. */
const typesOnly: Readonly<Record<string, readonly string[]>> = {
  'src/build': ['src/store/restore.ts'],
  'src/key': ['src/store/store.ts'],
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|import\('([^']+)'\)|^import '([^']+)'/gm,
  );
  return [...found].map(([, type, named, lazy, bare]) => {
    const to = (named ?? lazy ?? bare)!;
    return {
      from: file,
      to: to.startsWith('.')
        ? relative(root, resolve(root, dirname(file), to))
            .split(sep)
            .join('/')
        : to,
      isType: type !== undefined,
    };
  });
}

const layerOf = (file: string): string =>
  Object.keys(allowed).find((layer) => file === layer || file.startsWith(`${layer}/`)) ?? file;

test('the engine imports downwards only', () => {
  const offending = sources('src')
    .flatMap(importsOf)
    .filter(({ to }) => to.startsWith('src/') || to.startsWith('stages/') || to.startsWith('test/'))
    .filter(({ from, to, isType }) => {
      const layer = layerOf(from);
      if (layer === layerOf(to)) return false;
      const may = [...(allowed[layer] ?? []), ...(isType ? (typesOnly[layer] ?? []) : [])];
      return !may.some((target) => to === target || to.startsWith(`${target}/`));
    })
    .map(({ from, to }) => `${from} -> ${to}`);
  expect(offending).toEqual([]);
});

test("stages import 'ar-pipe', 'ar-pipe/tf', packages and their own libraries, never the engine's files", () => {
  const offending = ['stages', '.']
    .flatMap((folder) => (folder === '.' ? ['pipeline.ts'] : sources(folder)))
    .flatMap(importsOf)
    .filter(({ to }) => to.startsWith('src/') || to.startsWith('test/') || to.startsWith('..'))
    .map(({ from, to }) => `${from} -> ${to}`);
  expect(offending).toEqual([]);
});

test('the vocabulary is pure: no disk, no clock, no console', () => {
  const impure = sources('src/core')
    .flatMap(importsOf)
    .filter(({ to }) => /^node:(fs|child_process|os|net|http)/.test(to))
    .map(({ from, to }) => `${from} -> ${to}`);
  expect(impure).toEqual([]);
});

test('there are no import cycles', () => {
  const files = [...sources('src'), ...sources('stages')];
  const edges = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter(({ isType }) => !isType)
        .map(({ to }) => to),
    ]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'open') cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (state.has(file)) return;
    state.set(file, 'open');
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});
