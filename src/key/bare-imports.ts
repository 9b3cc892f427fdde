/** What a bare import (`d3`, `@/lib/x`) means in a bundle: sources that come along, a package that stays outside, or a stand-in for one. */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { relative } from 'node:path';
import type { Message, Plugin, PluginBuild } from 'esbuild';
import { packageFolder } from './packages.ts';
import { insideFolder } from './unseen.ts';

/** Left outside by name and not part of the code's identity: the recipe's format number covers the engine. */
const exempt = /^(ar-pipe|zod)(\/v4.*)?$/;

/** Never loaded to declare steps. */
const numerical = /^(ar-pipe\/tf|@tensorflow\/.*)$/;

/** Packages installed under node_modules stay outside; 'ar-pipe/tf' comes along wherever it lies, since its code decides bits. */
export function externals({
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

/** Namespace of stand-ins. */
export const standIn = 'stand-in';

/** `declaring`: files that use packages to declare steps, so that they need the true ones. */
export function standIns({ declaring, ...from }: Outside & { declaring: ReadonlySet<string> }): Plugin {
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
