/** The output side of a job folder: prepared before the work, taken stock of after it. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fail, ok, type Failure, type FailureReason, type Result } from '../core/failure.ts';
import type { OutputSpec } from '../core/output.ts';
import type { Produced, ProducedFile } from '../store/store.ts';
import { hashFileSync } from '../key/digest.ts';
import type { Job } from './executor.ts';
import { metricsProblem } from './metrics-file.ts';

type Outputs = Readonly<Record<string, Produced>>;

/** Where an output is written. */
export function outputPath(folder: string, name: string): string {
  return join(folder, 'out', name);
}

/** Makes `out/`, the folders that nested names need, and every folder output. */
export function prepareOutputs({ folder, outputs }: Pick<Job, 'folder' | 'outputs'>): void {
  const out = join(folder, 'out');
  if (!existsSync(out)) mkdirSync(out, { recursive: true });
  for (const { name, kind } of outputs) {
    const path = outputPath(folder, name);
    if (kind === 'dir') mkdirSync(path, { recursive: true });
    else if (name.includes('/')) mkdirSync(dirname(path), { recursive: true });
  }
}

/**
 * Digests of exactly the declared outputs, read-only from now on, or what is missing, too much, or not fit to be kept. Where all is
 * well, and the folder is not kept for people, nothing stays in it but inputs and outputs, so that another job may have it.
 */
export function collectOutputs({
  folder,
  outputs,
  isKept = false,
}: Pick<Job, 'folder' | 'outputs' | 'isKept'>): Result<Outputs> {
  const root = join(folder, 'out');
  if (!lstatSync(root, { throwIfNoEntry: false })?.isDirectory())
    return problem(
      'output-missing',
      `its folder 'out' is no folder any more`,
      'write into it, and let it stay',
    );
  const found = below(root);
  const missing = outputs.filter(({ name }) => !found.files.has(name) && !exists(outputPath(folder, name)));
  if (missing.length > 0) {
    return problem(
      'output-missing',
      `the declared ${several(missing.map(({ name }) => name))} not written`,
      "write it to out('name')",
    );
  }
  const extra = [...found.files].filter((path) => !outputs.some((output) => covers(output, path))).sort();
  if (extra.length > 0) {
    return problem(
      'undeclared-output',
      `the undeclared ${several(extra)} written`,
      'declare it in outputs, or use tmp for scratch',
    );
  }
  const produced: Record<string, Produced> = {};
  for (const output of outputs) {
    const one = output.kind === 'dir' ? takeFolder(folder, output.name) : takeFile(folder, output);
    if (!one.ok) return one;
    produced[output.name] = one.value;
  }
  if (!isKept) clearLeftovers({ folder, outputs }, found.folders);
  return ok(produced);
}

function clearLeftovers(
  { folder, outputs }: Pick<Job, 'folder' | 'outputs'>,
  foldersInOut: readonly string[],
): void {
  const isUsed = (path: string) =>
    outputs.some((output) => covers(output, path) || output.name.startsWith(`${path}/`));
  for (const path of foldersInOut) if (!isUsed(path)) remove(outputPath(folder, path));
  for (const name of readdirSync(folder)) if (name !== 'in' && name !== 'out') remove(join(folder, name));
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function takeFile(folder: string, { name, kind }: OutputSpec): Result<Produced> {
  const file = settle(folder, name);
  if (!file.ok) return file;
  if (kind === 'metrics') {
    const wrong = metricsProblem(readFileSync(file.value.path, 'utf8'));
    if (wrong)
      return problem(
        'stage-threw',
        `the metrics output '${name}' ${wrong}`,
        'write finite numbers, and leave out what is unknown',
      );
  }
  return ok({ kind: 'file', ...file.value });
}

function takeFolder(folder: string, name: string): Result<Produced> {
  const root = outputPath(folder, name);
  if (!lstatSync(root).isDirectory())
    return problem('output-missing', `the output '${name}' is declared as a folder but is none`);
  // A map, since a file may be called like a property that every object has: 'constructor'.
  const files = new Map<string, ProducedFile>();
  for (const path of [...below(root).files].sort()) {
    const file = settle(folder, `${name}/${path}`);
    if (!file.ok) return file;
    const key = path.normalize('NFC');
    // Dropped without a word by what checks the records it would stand in.
    if (key === '__proto__')
      return problem('undeclared-output', `no file of '${name}' may be called '__proto__'`, 'rename it');
    if (files.has(key))
      return problem('undeclared-output', `two files of '${name}' differ only in how '${key}' is encoded`);
    files.set(key, file.value);
  }
  return ok({ kind: 'dir', files: Object.fromEntries(files) });
}

/**
 * A regular file that nothing else points to, with its digest. Links are replaced by what they lead to, since the file will be
 * moved away and the bytes must not change behind its back; links out of the job folder are refused.
 */
function settle(folder: string, name: string): Result<ProducedFile> {
  const path = outputPath(folder, name);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat)
    return problem(
      'output-missing',
      `the output '${name}' is gone again, or its name is not UTF-8`,
      'give it another name',
    );
  if (stat.isSymbolicLink()) {
    const target = targetOf(path);
    if (target === undefined) return problem('output-missing', `the output '${name}' is a link to nothing`);
    const inside = relative(realpathSync(folder), target).split(sep)[0] !== '..';
    if (!inside)
      return problem(
        'undeclared-output',
        `the output '${name}' is a link out of the job's folder, to ${target}`,
        'write a copy',
      );
    if (!statSync(target).isFile())
      return problem('undeclared-output', `the output '${name}' is a link to a folder`, 'write a copy');
    replaceByCopy(target, path);
  } else if (!stat.isFile()) {
    return problem(
      'output-missing',
      `the output '${name}' is a ${stat.isDirectory() ? 'folder' : 'special file'}, not a file`,
    );
  } else if (stat.nlink > 1) {
    replaceByCopy(path, path);
  }
  chmodSync(path, 0o444);
  return ok({ path, ...hashFileSync(path) });
}

function replaceByCopy(from: string, to: string): void {
  const copy = join(dirname(to), `.${basename(to).slice(0, 40)}.copy-${process.pid}`);
  copyFileSync(from, copy);
  renameSync(copy, to);
}

function targetOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch (error) {
    if (['ENOENT', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

const exists = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

const covers = ({ name, kind }: OutputSpec, path: string) =>
  path === name || (kind === 'dir' && path.startsWith(`${name}/`));

/** Everything below a folder, as relative paths with `/`. */
function below(root: string): { readonly files: ReadonlySet<string>; readonly folders: readonly string[] } {
  const files = new Set<string>();
  const folders: string[] = [];
  const visit = (folder: string, prefix: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = prefix + entry.name;
      if (!entry.isDirectory()) files.add(path);
      else {
        folders.push(path);
        visit(join(folder, entry.name), `${path}/`);
      }
    }
  };
  visit(root, '');
  return { files, folders };
}

/** "output 'a' was", "outputs 'a', 'b' and 3 more were". */
function several(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `'${name}'`);
  const rest = names.length - shown.length;
  const list = shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  return names.length === 1 ? `output ${list} was` : `outputs ${list} were`;
}

function problem(reason: FailureReason, message: string, hint?: string): { ok: false; error: Failure } {
  return fail({ reason, message, hint });
}
