/**
 * Builds dist/: the command line, the library, 'ar-pipe/tf', the worker and the installer, bundled so that start-up reads few
 * files, with types beside them. Run by `npm ci` (prepare).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version, dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: {
    index: 'src/index.ts',
    cli: 'src/cli/main.ts',
    tf: 'src/tf/index.ts',
    worker: 'src/exec/worker.ts',
    install: 'src/tf/install/main.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // What every command loads comes along, since one file is read faster than a hundred small ones; the rest stays outside.
  external: Object.keys({ ...dependencies, ...peerDependencies }),
  // Pure, so that it goes where nothing needs it: a stage's bundle takes 'ar-pipe/tf' in, and knows no place of its own.
  banner: {
    js: "import { createRequire as arPipeRequire } from 'node:module'; const require = /* @__PURE__ */ arPipeRequire(import.meta.url);",
  },
  minifySyntax: true,
  sourcemap: true,
  sourcesContent: false,
  chunkNames: '[name]-[hash]',
  define: { __AR_PIPE_VERSION__: JSON.stringify(version) },
  logLevel: 'warning',
});
// The page's script and style, and the report's style: read by the command line, never imported.
await build({
  entryPoints: {
    page: 'src/ui/page/main.tsx',
    report: 'src/ui/report/report.css',
    index: 'src/ui/page/index.html',
  },
  outdir: 'dist/ui',
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: ['chrome111', 'firefox113', 'safari16.4'],
  tsconfig: 'src/ui/page/tsconfig.json',
  loader: { '.html': 'copy' },
  minify: true,
  logLevel: 'warning',
});
const types = spawnSync('npx', ['--no-install', 'tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
process.exitCode = types.status ?? 1;
