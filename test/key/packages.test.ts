/** Which versions of packages enter a key. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { closureOfPackages } from '../../src/key/packages.ts';

test('a package that is linked from a store finds its own dependencies beside it there', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-packages-')));
  const store = join(root, 'node_modules/.pnpm');
  const install = (name: string, version: string, dependencies: Record<string, string>): string => {
    const folder = join(store, `${name}@${version}/node_modules/${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, dependencies }));
    for (const [needed, at] of Object.entries(dependencies))
      symlinkSync(join(store, `${needed}@${at}/node_modules/${needed}`), join(dirname(folder), needed));
    return folder;
  };
  const top = install('top', '1.0.0', { middle: '1.0.0' });
  install('middle', '1.0.0', { deep: '1.0.0' });
  install('deep', '1.0.0', {});
  // What pnpm offers to packages that forgot to name a dependency.
  mkdirSync(join(store, 'node_modules'));
  symlinkSync(install('deep', '2.0.0', {}), join(store, 'node_modules/deep'));
  expect(closureOfPackages([top]).names).toEqual(['deep@1.0.0', 'middle@1.0.0', 'top@1.0.0']);
  rmSync(root, { recursive: true });
});
