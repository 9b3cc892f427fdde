/**
 * One TypeScript module and all it imports as one text, by esbuild. Comments, formatting, quotes, types and unused pure
 * exports leave no trace in the text; identifiers stay (were they minified, a type-only edit would rename them).
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { BuildFailure, Metafile, Plugin } from 'esbuild';
import { PipelineError, type Failure } from '../core/failure.ts';
import { placeText } from '../core/stack.ts';
import { externals, standIn, standIns } from './bare-imports.ts';
import { installHint } from './packages.ts';
import { frameOf, unseen, unseenFailure } from './unseen.ts';

export interface BundleText {
  readonly code: string;
  /** Source map, JSON; sources relative to the project's folder. */
  readonly map: string;
  /** Bundled files, absolute, sorted. */
  readonly inputs: readonly string[];
  /** Folders of the packages left outside, absolute, sorted. */
  readonly packages: readonly string[];
}

/** Bundling failed; `touched` are the files it read and the folders in which it missed one: a change there may mend it. */
export class BundleError extends PipelineError {
  constructor(
    failure: Failure,
    readonly touched: readonly string[],
  ) {
    super(failure);
  }
}

/** Files of zod where it is installed: only the lockfile tells of a change. */
const zodPackage = /(^|\/)node_modules\/zod\//;

/** A stage's bundle: what is hashed, and what the worker imports. Throws BundleError on syntax errors and what cannot be seen. */
export async function bundleStage(project: string, file: string, codeFolder: string): Promise<BundleText> {
  const tf: { folder?: string } = {};
  const { bundle } = await runEsbuild(project, file, (packages) => [
    externals({ project, codeFolder, packages, tf }),
  ]);
  const failure = unseenFailure(project, bundle, file, tf.folder);
  if (failure) throw new BundleError(failure, bundle.inputs);
  return bundle;
}

/**
 * pipeline.ts with the stages it imports, for declaring steps. The packages of stages are replaced by stand-ins, so that loading it
 * never starts a numerical library, and every default export is bound to its file.
 */
export async function bundlePipeline(project: string, file: string, codeFolder: string): Promise<BundleText> {
  const bundled = (declaring: ReadonlySet<string>) =>
    runEsbuild(project, file, () => [
      standIns({ project, codeFolder, declaring }),
      bindDefaultExports(project, resolve(project, file)),
    ]);
  const { bundle, metafile } = await bundled(new Set());
  // Few pipelines declare steps with the help of packages: for those it is bundled again, now that it is known who imports what.
  const declaring = declaringFiles(project, file, metafile);
  return declaring.size > 0 ? (await bundled(declaring)).bundle : bundle;
}

/** Files that declare steps and import packages for it, absolute: pipeline.ts, and what it imports other than through stages. */
function declaringFiles(project: string, entry: string, { inputs }: Metafile): Set<string> {
  const seen = new Set<string>();
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name) || !inputs[name]) return;
    seen.add(name);
    const path = resolve(project, name);
    if (name !== entry && (name.includes(':') || /\bdefineStage\b/.test(readFileSync(path, 'utf8')))) return;
    for (const { path: to } of inputs[name].imports) {
      if (to.startsWith(`${standIn}:`)) found.add(path);
      visit(to);
    }
  };
  visit(entry);
  return found;
}

async function runEsbuild(
  project: string,
  file: string,
  plugins: (packages: Set<string>) => Plugin[],
): Promise<{ bundle: BundleText; metafile: Metafile }> {
  const { build } = await import('esbuild');
  const packages = new Set<string>();
  const touched = new Set([resolve(project, file)]);
  const result = await build({
    absWorkingDir: project,
    entryPoints: [file],
    outfile: 'bundle.mjs',
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    charset: 'utf8',
    legalComments: 'none',
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
    define: unseen,
    plugins: [recorder(touched), ...plugins(packages)],
  }).catch((error: unknown) => {
    throw new BundleError(syntaxFailure(project, file, error), [...touched].sort());
  });
  const [map, code] = result.outputFiles.sort((a, b) => (a.path < b.path ? 1 : -1));
  const bundle = {
    code: code!.text,
    map: map!.text,
    inputs: Object.keys(result.metafile.inputs)
      .filter((input) => !input.includes(':') && !zodPackage.test(input))
      .map((input) => resolve(project, input))
      .sort(),
    packages: [...packages].sort(),
  };
  return { bundle, metafile: result.metafile };
}

/** Notes what is read, and the nearest folder of each relative import, in case nothing is found there. */
function recorder(touched: Set<string>): Plugin {
  return {
    name: 'recorder',
    setup(build) {
      build.onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => {
        touched.add(path);
        return undefined;
      });
      build.onResolve({ filter: /^\.{0,2}\// }, ({ path, resolveDir }) => {
        let folder = dirname(resolve(resolveDir, path));
        while (!existsSync(folder)) folder = dirname(folder);
        touched.add(folder);
        return undefined;
      });
    },
  };
}

function bindDefaultExports(project: string, entry: string): Plugin {
  return {
    name: 'bind-default-exports',
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, ({ path }) => {
        if (path === entry || path.includes('/node_modules/')) return undefined;
        const source = textOf(path);
        if (source === undefined || !/\bexport\s+default\b/.test(source)) return undefined;
        const self = JSON.stringify(`./${path.slice(path.lastIndexOf('/') + 1)}`);
        const name = JSON.stringify(relative(project, path));
        return {
          // After the last line, so that line numbers stay.
          contents: `${source}\nimport * as arPipeSelf from ${self};globalThis[Symbol.for('ar-pipe.loading')]?.bind(arPipeSelf.default,${name});`,
          loader: path.endsWith('x') ? 'tsx' : 'ts',
        };
      });
    },
  };
}

/** Undefined where it cannot be read: esbuild then says so, and where it is imported. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function syntaxFailure(project: string, file: string, error: unknown): Failure {
  const first = (error as Partial<BuildFailure>).errors?.[0];
  if (!first) return { reason: 'pipeline-not-loaded', message: `${file}: ${String(error)}` };
  const { location, text } = first;
  if (!location) return { reason: 'pipeline-not-loaded', message: `${file}: ${text}` };
  const place = { file: location.file, line: location.line, column: location.column + 1 };
  const missing = /^Could not resolve "([^./][^"]*)"/.exec(text)?.[1];
  return {
    reason: 'pipeline-not-loaded',
    message: text,
    hint: missing === undefined ? undefined : installHint(missing),
    at: placeText(place),
    frame: frameOf(project, place),
  };
}
