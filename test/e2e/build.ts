/** Before the end-to-end tests: dist/ is built where it is older than what it is made from. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export default function setup(): void {
  const built = statSync('dist/cli.js', { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => join('src', name));
  const newest = Math.max(
    ...[...sources, 'package.json', 'scripts/build.mjs'].map((path) => statSync(path).mtimeMs),
  );
  if (newest <= built) return;
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`scripts/build.mjs failed:\n${stderr}`);
}
