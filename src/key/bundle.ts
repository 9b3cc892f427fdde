/**
 * One TypeScript module and all it imports as one text, by esbuild. Comments, formatting, quotes, types and unused pure
 * exports leave no trace in the text; identifiers stay (were they minified, a type-only edit would rename them).
 */
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import type { BuildFailure, Message, Metafile, Plugin, PluginBuild } from 'esbuild';
import { PipelineError, type Failure } from '../core/failure.ts';
import { placeText } from '../core/stack.ts';
import { installHint, packageFolder } from './packages.ts';
import { frameOf, insideFolder, unseen, unseenFailure } from './unseen.ts';

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

/** Left outside by name and not part of the code's identity: the recipe's format number covers the engine. */
const exempt = /^(ar-pipe|zod)(\/v4.*)?$/;

/** Files of zod where it is installed: only the lockfile tells of a change. */
const zodPackage = /(^|\/)node_modules\/zod\//;

/** Never loaded to declare steps. */
const numerical = /^(ar-pipe\/tf|@tensorflow\/.*)$/;

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

/** Packages installed under node_modules stay outside; 'ar-pipe/tf' comes along wherever it lies, since its code decides bits. */
function externals({
  packages,
  tf,
  ...from
}: Outside & { packages: Set<string>; tf: { folder?: string } }): Plugin {
  return {
    name: 'externals',
    setup(build) {
      onPackage(build, async (path, options) => {
        if (exempt.test(path)) return { path, external: true };
        const found = await build.resolve(path, { ...options, pluginData: 'seen' });
        if (found.errors.length > 0) return { errors: found.errors };
        if (path === 'ar-pipe/tf') {
          tf.folder = found.path.replace(/[^/]*$/, '');
          return { path: found.path };
        }
        if (!found.path.includes('/node_modules/') || insideFolder(found.path, tf.folder))
          return { path: found.path };
        packages.add(packageFolder(found.path));
        return { path: await outsideName(build, path, found.path, from), external: true };
      });
      // Its own source maps lead to files that are not installed with it, and would hide where its code comes from.
      build.onLoad({ filter: /\.js$/, namespace: 'file' }, ({ path }) =>
        insideFolder(path, tf.folder)
          ? { contents: readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''), loader: 'js' }
          : undefined,
      );
    },
  };
}

/** Where bundles run: packages are looked up from there. */
interface Outside {
  readonly project: string;
  readonly codeFolder: string;
}

/**
 * How a bundle names a package that stays outside. Node looks it up from the bundle, so where that gives another copy than the importer
 * has, or none (a package of the workspace with dependencies of its own), it is named by its place.
 */
async function outsideName(
  build: PluginBuild,
  path: string,
  found: string,
  { project, codeFolder }: Outside,
): Promise<string> {
  const there = await build.resolve(path, {
    resolveDir: project,
    kind: 'import-statement',
    pluginData: 'seen',
  });
  return there.errors.length === 0 && there.path === found ? path : relative(codeFolder, found);
}

const standIn = 'stand-in';

/** `declaring`: files that use packages to declare steps, so that they need the true ones. */
function standIns({ declaring, ...from }: Outside & { declaring: ReadonlySet<string> }): Plugin {
  // A function, so that it can be called, constructed and extended; every property is another one.
  // `import * as` makes an object with the exports' prototype, which is therefore one as well.
  const contents = `const make=(more)=>new Proxy(function(){},{get:(t,k)=>k==='prototype'?t.prototype:k===Symbol.toPrimitive?()=>'':k==='then'?undefined:make(),apply:()=>make(),construct:()=>make(),...more});module.exports=make({getPrototypeOf:()=>make()});`;
  return {
    name: 'stand-ins',
    setup(build) {
      onPackage(build, async (path, options) => {
        if (/^ar-pipe(\/|$)/.test(path) && path !== 'ar-pipe/tf') return { path, external: true };
        const found = await build.resolve(path, { ...options, pluginData: 'seen' });
        if (found.errors.length > 0) return { errors: found.errors };
        // Zod comes along: its eighty files take longer to load than a thousand steps to declare. So do sources of the project or its
        // workspace under a name like a package's.
        if (numerical.test(path)) return { path, namespace: standIn };
        if (exempt.test(path) || !found.path.includes('/node_modules/')) return { path: found.path };
        if (declaring.has(options.importer))
          return { path: await outsideName(build, path, found.path, from), external: true };
        return { path, namespace: standIn };
      });
      build.onLoad({ filter: /.*/, namespace: standIn }, () => ({ contents, loader: 'js' }));
    },
  };
}

type Resolved = { path: string; external?: boolean; namespace?: string } | { errors: Message[] };
type Resolver = (
  path: string,
  options: { resolveDir: string; kind: 'import-statement'; importer: string },
) => Promise<Resolved>;

/** Runs `resolver` for bare imports that are not Node's own. */
function onPackage(build: PluginBuild, resolver: Resolver): void {
  build.onResolve({ filter: /^[^./]/ }, ({ path, resolveDir, importer, kind, pluginData }) => {
    if (kind === 'entry-point' || pluginData === 'seen') return undefined;
    if (isBuiltin(path)) return { path, external: true };
    return resolver(path, { resolveDir, importer, kind: 'import-statement' });
  });
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
