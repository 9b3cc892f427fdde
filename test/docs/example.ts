/** The project of docs/examples/word-count in a folder of its own, run as a user would: with the command line that was built. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';

export const root = resolve(import.meta.dirname, '../..');

export interface ExampleProject {
  /** Absolute path of a file in it. */
  path(name: string): string;
  /** Standard output of a command; rejects unless it succeeds. */
  arPipe(this: void, ...args: readonly string[]): Promise<string>;
  remove(): void;
}

export function exampleProject(): ExampleProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-example-')));
  const path = (name: string): string => join(folder, name);
  cpSync(join(root, 'docs/examples/word-count'), folder, { recursive: true });
  mkdirSync(path('node_modules'));
  symlinkSync(root, path('node_modules/ar-pipe'));
  symlinkSync(join(root, 'node_modules/zod'), path('node_modules/zod'));
  return {
    path,
    async arPipe(...args) {
      const { stdout } = await execa(process.execPath, [join(root, 'bin/ar-pipe.js'), ...args], {
        cwd: folder,
        env: { AR_PIPE_CACHE: '', AR_PIPE_PROFILE: '', AR_PIPE_JOBS: '2' },
      });
      return stdout;
    },
    remove() {
      rmSync(folder, { recursive: true });
    },
  };
}
