/**
 * The code of stages, frozen for a run: each stage file's bundle is written under its digest, the worker imports that file,
 * and editing a source later changes the next run, never this one.
 *
 *     <state>/code/<digest>.mjs            what is hashed and what runs (inside the checkout, to resolve packages)
 *     <state>/code/<digest>.<map>.json     its source map; another one when only lines moved
 *     <state>/code/<code digest>.json      which bundle and packages a recipe's `code` stands for
 *     <state>/code/index.json              which bundle each file gave, and the stats it may be trusted by
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { canonical } from '../core/json.ts';
import { PipelineError, toFailure } from '../core/failure.ts';
import { BundleError, bundlePipeline, bundleStage, type BundleText } from './bundle.ts';
import { explainChange, type CodeChange, type CodeManifest } from './explain.ts';
import { notedHelpers, noteHelpers, type Helpers } from './helpers.ts';
import { outlived, renewed } from './old-code.ts';
import { closureOfPackages } from './packages.ts';
import { sha256 } from './recipe.ts';
import { isWorthWatching } from './resolution.ts';
import { statSignature } from './stat.ts';
import { decisiveFor, isTrusted, signatures, sourcesIn, trustOf, type Trust } from './trust.ts';
import { writeWhole } from './whole-file.ts';

export interface FrozenCode {
  /** Digest of the bundle and of the packages it uses: the recipe's `code`. */
  readonly digest: string;
  /** Paths of the bundle and of its source map. */
  readonly bundle: string;
  readonly map: string;
}

interface CodeRecord {
  readonly digest: string;
  readonly text: string;
  readonly map: string;
  /** Stat of the bundle as it was written: one that was cut short or edited since is made anew. */
  readonly whole: string;
  /** Stat of every bundled file, of their folders and of what decides resolution; null for what was not there. */
  readonly trust: Trust;
}
/** Version of the index; any other is ignored. */
const indexFormat = 'ar-pipe/code/3';

/** The esbuild version is part of what a digest means, so it is pinned exactly in package.json. */
const esbuildVersion = '0.28.2';

export interface Coder {
  /** Bundles these stage files (relative to the project) as they are now; throws PipelineError on a syntax error. */
  stages(files: readonly string[]): Promise<ReadonlyMap<string, FrozenCode>>;
  pipeline(file: string): Promise<FrozenCode>;
  /** Throws PipelineError where a bundle is not what its name says: a damaged disk must not pass for the code of a key. */
  check(code: FrozenCode): void;
  /** Notes the helper files of a command that is about to run, by its code digest. */
  noteHelpers(code: string, helpers: Helpers): void;
  notedHelpers(code: string): Helpers | undefined;
  /** Where the code behind two digests first differs; `file` is what to name when the old code is gone. */
  explain(before: string, after: string, file: string): CodeChange;
}

/** Told of the files that decide what a bundle is, absolute; where bundling failed, also of folders that lack one. */
export type OnSources = (paths: readonly string[]) => void;

export function createCoder(project: string, state: string, onSources: OnSources = () => undefined): Coder {
  const folder = join(state, 'code');
  const indexPath = join(folder, 'index.json');
  const records = readIndex(indexPath);
  const explained = new Map<string, CodeChange>();
  const checked = new Set<string>();
  const noted = new Set<string>();

  const tell = (paths: readonly string[]): void => {
    onSources(paths.filter((path) => isWorthWatching(project, path)));
  };

  const freeze = async (
    name: string,
    bundle: () => Promise<BundleText>,
    signatureOf = signatures(),
  ): Promise<FrozenCode> => {
    const known = records.get(name);
    if (
      known &&
      isTrusted(project, known.trust, signatureOf) &&
      statSignature(join(folder, known.text)) === known.whole
    ) {
      tell(sourcesIn(project, known.trust));
      return frozen(folder, known);
    }
    const started = Date.now();
    const made = await bundle().catch((error: unknown) => {
      if (error instanceof BundleError) tell([...error.touched, ...decisiveFor(project, error.touched)]);
      throw error;
    });
    tell([...made.inputs, ...decisiveFor(project, made.inputs)]);
    const fresh = write(project, folder, made, started);
    records.set(name, fresh);
    if (known) outlived(folder, unusedOf(known, records));
    return frozen(folder, fresh);
  };
  const save = (): void => {
    for (const [name, record] of records) {
      if (existsSync(join(project, name.slice(name.indexOf(':') + 1)))) continue;
      records.delete(name);
      outlived(folder, unusedOf(record, records));
    }
    const text = JSON.stringify({
      format: indexFormat,
      esbuild: esbuildVersion,
      files: Object.fromEntries(records),
    });
    try {
      writeWhole(indexPath, text);
    } catch {
      // A read-only checkout: the next command bundles again, which is only slower.
    }
  };
  return {
    async stages(files) {
      const before = new Map(records);
      const signatureOf = signatures();
      const made = await Promise.all(
        files.map(
          async (file) =>
            [
              file,
              await freeze(`stage:${file}`, () => bundleStage(project, file, folder), signatureOf),
            ] as const,
        ),
      );
      if (files.some((file) => records.get(`stage:${file}`) !== before.get(`stage:${file}`))) save();
      return new Map(made);
    },
    async pipeline(file) {
      const before = records.get(`pipeline:${file}`);
      const code = await freeze(`pipeline:${file}`, () => bundlePipeline(project, file, folder));
      if (records.get(`pipeline:${file}`) !== before) save();
      return code;
    },
    check({ bundle }) {
      if (checked.has(bundle)) return;
      const text = readOr(bundle, '');
      if (sha256(text) !== basename(bundle, '.mjs')) throw damaged(project, bundle);
      checked.add(bundle);
    },
    noteHelpers(code, helpers) {
      if (noted.has(code)) return;
      noted.add(code);
      noteHelpers(folder, code, helpers);
    },
    notedHelpers: (code) => notedHelpers(folder, code),
    explain(before, after, file) {
      // The thousand cells of a grid changed in the same place.
      const change = `${before} ${after}`;
      const known = explained.get(change) ?? explainChange(folder, before, after, file);
      explained.set(change, known);
      return known;
    },
  };
}

/** Names of the files in `<state>/code` that sources of today gave, as far as they were bundled. */
export const codeInUse = (state: string): ReadonlySet<string> =>
  new Set([...readIndex(join(state, 'code', 'index.json')).values()].flatMap(filesOf));

const filesOf = ({ digest, text, map }: CodeRecord): string[] => [`${digest}.json`, text, map];

/** Files of a record that no other one names. */
function unusedOf(record: CodeRecord, records: ReadonlyMap<string, CodeRecord>): string[] {
  const used = new Set([...records.values()].flatMap(filesOf));
  return filesOf(record).filter((name) => !used.has(name));
}

function readIndex(path: string): Map<string, CodeRecord> {
  try {
    const { format, esbuild, files } = JSON.parse(readFileSync(path, 'utf8')) as {
      format: string;
      esbuild: string;
      files: Record<string, CodeRecord>;
    };
    const known = format === indexFormat && esbuild === esbuildVersion ? Object.entries(files) : [];
    return new Map(known.filter(([, record]) => isRecord(record)));
  } catch {
    // Absent, damaged or of another version: it can be made anew from the sources.
    return new Map();
  }
}

const isRecord = (value: Partial<CodeRecord> | null): boolean =>
  [value?.digest, value?.text, value?.map, value?.whole].every((part) => typeof part === 'string') &&
  typeof value?.trust === 'object';

function frozen(folder: string, { digest, text, map }: CodeRecord): FrozenCode {
  return { digest, bundle: join(folder, text), map: join(folder, map) };
}

function write(project: string, folder: string, made: BundleText, started: number): CodeRecord {
  const bundleDigest = sha256(made.code);
  const { names: packages, manifests } = closureOfPackages(made.packages);
  const text = `${bundleDigest}.mjs`;
  const map = `${bundleDigest}.${sha256(made.map).slice(0, 16)}.json`;
  const digest = sha256(canonical(['ar-pipe/code/1', bundleDigest, packages]));
  const manifest: CodeManifest = { text, map, packages };
  for (const [name, content] of [
    [text, made.code],
    [map, made.map],
    [`${digest}.json`, JSON.stringify(manifest)],
  ] as const) {
    if (readOr(join(folder, name), '') === content) {
      renewed(folder, name);
      continue;
    }
    try {
      writeWhole(join(folder, name), content);
    } catch (error) {
      throw unwritable(relative(project, folder), error);
    }
  }
  const whole = statSignature(join(folder, text)) ?? '';
  return { digest, text, map, whole, trust: trustOf(project, made.inputs, manifests, started) };
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

/** The damaged file goes, so that the next command bundles again. */
function damaged(project: string, bundle: string): PipelineError {
  rmSync(bundle, { recursive: true, force: true });
  return new PipelineError({
    reason: 'object-corrupt',
    message: `${relative(project, bundle)}, the code of the step, is gone or damaged`,
    hint: 'run again: it is made anew from your sources',
  });
}

function unwritable(folder: string, error: unknown): PipelineError {
  const failure = toFailure(error, 'usage');
  return new PipelineError({
    reason: failure.reason,
    message: `${folder} cannot be written: ${failure.message}`,
    hint: failure.hint ?? 'it holds the code of your stages as it runs: make it a folder you may write to',
  });
}
