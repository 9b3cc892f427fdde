/** The tool as npm would install it: unpacked from its tarball, beside links to the packages it declares and no others. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { x } from 'tar';

const checkout = resolve(import.meta.dirname, '../..');

export interface Packed {
  readonly tarball: string;
  /** In bytes. */
  readonly size: number;
  /** Puts the tool, and links to other packages of the checkout, into a project's node_modules. */
  install(project: string, others: readonly string[]): void;
  remove(): void;
}

/** Packs dist/ as it is. */
export function pack(): Packed {
  const folder = mkdtempSync(join(tmpdir(), 'ar-pipe-packed-'));
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const name = execFileSync('npm', args, {
    cwd: checkout,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const tarball = join(folder, name.trim());
  return {
    tarball,
    size: statSync(tarball).size,
    install(project, others) {
      const modules = join(project, 'node_modules');
      const tool = join(modules, 'ar-pipe');
      mkdirSync(tool, { recursive: true });
      x({ file: tarball, cwd: tool, strip: 1, sync: true });
      const { dependencies } = JSON.parse(readFileSync(join(tool, 'package.json'), 'utf8')) as {
        readonly dependencies: Readonly<Record<string, string>>;
      };
      for (const each of new Set([...Object.keys(dependencies), ...others])) {
        mkdirSync(dirname(join(modules, each)), { recursive: true });
        symlinkSync(join(checkout, 'node_modules', each), join(modules, each));
      }
    },
    remove() {
      rmSync(folder, { recursive: true });
    },
  };
}

/** Packages of a study that `init` has written. */
export function packagesOf(project: string): string[] {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(project, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>;
  return Object.keys({ ...dependencies, ...devDependencies }).filter((name) => name !== 'ar-pipe');
}
