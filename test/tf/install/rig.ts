/** A private home for installs, and made-up installs in it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeRoot, type InstallRecord } from '../../../src/tf/native/installed.ts';
import { installName } from '../../../src/tf/native/recipe.ts';

export type Facts = Omit<InstallRecord, 'format' | 'backend' | 'digest' | 'at'>;

export interface Home {
  readonly env: NodeJS.ProcessEnv;
  readonly root: string;
  /** Where this machine's CPU library belongs. */
  readonly place: string;
  remove(): void;
}

export function home(): Home {
  const folder = mkdtempSync(join(tmpdir(), 'native-'));
  const env = { XDG_CACHE_HOME: folder, CUDA_VISIBLE_DEVICES: '', PATH: process.env['PATH'] };
  const root = nativeRoot(env);
  mkdirSync(root, { recursive: true });
  return {
    env,
    root,
    place: join(root, installName('cpu', process.platform, process.arch)),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Facts of an install whose only file is a binding of that many bytes, written into `folder`. */
export function fakeInstall(folder: string, bytes = 5): Facts {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'binding'), 'x'.repeat(bytes));
  return {
    version: '9.9.9',
    flavour: 'cpu',
    arch: process.arch,
    obtained: 'wheel',
    sources: [{ name: 'a.whl', sha256: '00' }],
    files: [{ path: 'binding', bytes, sha256: '11' }],
    binding: 'binding',
    compiler: null,
  };
}
