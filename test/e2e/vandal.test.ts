/**
 * Anything may happen to any file of `cache/`: emptied, cut short, a byte flipped, replaced by other JSON, by a folder or by a link to
 * itself, removed. The next run makes again what it needs and ends with the same bits, or refuses in a sentence that names the place; it
 * never shows a stack, and never takes the damage for a result. A sample of the files by default; all of them with
 *
 *     AR_PIPE_VANDAL=all npx vitest run --project e2e test/e2e/vandal.test.ts
 */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampled } from './kill-points.ts';
import type { Ended, Project } from './project.ts';
import { study } from './study.ts';

const asked = process.env['AR_PIPE_VANDAL'];
const sampleSize = asked === 'all' ? Infinity : Number(asked ?? 14);

const vandalism: Readonly<Record<string, (path: string) => void>> = {
  emptied: (path) => {
    truncateSync(path);
  },
  'cut in half': (path) => {
    truncateSync(path, Math.floor(lstatSync(path).size / 2));
  },
  'a byte flipped': (path) => {
    const bytes = readFileSync(path);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  },
  'other JSON': (path) => {
    writeFileSync(path, '{"step":"table","built":{},"format":7,"files":[1]}');
  },
  null: (path) => {
    writeFileSync(path, 'null');
  },
  'a folder': (path) => {
    rmSync(path, { recursive: true });
    mkdirSync(join(path, 'inner'), { recursive: true });
  },
  'a link to itself': (path) => {
    rmSync(path, { recursive: true });
    symlinkSync(path, path);
  },
  removed: (path) => {
    rmSync(path, { recursive: true });
  },
};
const ofFolders = ['a link to itself', 'removed'];

interface Case {
  readonly path: string;
  readonly act: string;
}

function casesIn(project: Project): Case[] {
  const names = readdirSync(project.path('cache'), { recursive: true, encoding: 'utf8' }).sort();
  return ['', ...names].flatMap((name) => {
    const path = join('cache', name);
    const isFolder = lstatSync(project.path(path)).isDirectory();
    const acts = isFolder ? ofFolders : Object.keys(vandalism);
    const all = isFolder ? [...acts, 'a file'] : acts;
    return all.map((act) => ({ path, act }));
  });
}

function vandalise(project: Project, { path, act }: Case): void {
  const full = project.path(path);
  if (act === 'a file') {
    rmSync(full, { recursive: true });
    writeFileSync(full, 'not a folder');
    return;
  }
  if (lstatSync(full).isFile()) chmodSync(full, 0o644);
  vandalism[act]!(full);
}

const commands = [
  ['status'],
  ['why', 'table'],
  ['history'],
  ['show', 'table'],
  ['log', 'text'],
  ['verify'],
  ['gc'],
];

const showsStack = ({ stdout, stderr }: Ended): boolean =>
  /^ +at .*(dist|node:)|bug in ar-pipe/m.test(stderr) || stdout.includes('"reason":"internal"');

/** What is wrong with a run after this, and whether it refused. Whatever is in the way is gone afterwards. */
async function runAfter(project: Project, one: Case, command: readonly string[], good: string) {
  const wrong: string[] = [];
  vandalise(project, one);
  rmSync(project.path('artifacts'), { recursive: true, force: true });
  const look = await project.ap(command);
  if (showsStack(look)) wrong.push(`${command.join(' ')}: ${look.stderr}`);
  const run = await project.ap(['run', '--json', '--force', 'table']);
  if (showsStack(run)) wrong.push(`${run.stdout}${run.stderr}`);
  const refused = run.status !== 0;
  if (refused) {
    // A sentence that says which file is in the way; once that is gone, all is well.
    if (!/"failure":\{"reason":"(?:usage|object-corrupt)"[^}]*cache/.test(run.stdout))
      wrong.push(`ended with ${run.status}: ${run.stdout}${run.stderr}`);
    rmSync(project.path(one.path), { recursive: true, force: true });
    const next = await project.ap(['run', '--json', '--force', 'table']);
    if (next.status !== 0) wrong.push(`does not recover: ${next.stdout}${next.stderr}`);
  } else if (['a file', 'a link to itself'].includes(one.act)) {
    rmSync(project.path(one.path), { recursive: true, force: true });
  }
  const result = 'artifacts/table/table.csv';
  if (!existsSync(project.path(result)) || project.read(result) !== good) wrong.push('other bits, or none');
  return { wrong: wrong.map((text) => `${textOf(one)}: ${text}`), refused };
}

const textOf = ({ path, act }: Case): string => `${path} ${act}`;

test('whatever happens to a file of the cache, the next run is right or says what is wrong', async () => {
  const project = study();
  try {
    await project.run();
    const good = project.read('artifacts/table/table.csv');
    const all = casesIn(project);
    const chosen = sampled(all, sampleSize);
    const problems: string[] = [];
    const refused: string[] = [];
    for (const [i, one] of chosen.entries()) {
      // An earlier case may have taken it along.
      if (!existsSync(project.path(one.path))) continue;
      const found = await runAfter(project, one, commands[i % commands.length]!, good);
      problems.push(...found.wrong);
      if (found.refused) refused.push(textOf(one));
    }
    if (asked !== undefined) {
      const sum = `${chosen.length} of ${all.length} cases, ${refused.length} refused with a sentence`;
      console.info([sum, ...refused, ...problems].join('\n'));
    }
    expect(problems).toEqual([]);
  } finally {
    project.close();
  }
}, 3600_000);
