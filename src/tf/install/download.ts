/** Fetches wheels with pip: it knows the user's proxies, mirrors and certificates. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import type { Wheel } from '../native/recipe.ts';
import { InstallProblem, type Log } from './problem.ts';

export interface FetchedWheel {
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

const pipCommands: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['pip3'],
  ['python', '-m', 'pip'],
];

/** The first pip that answers. Throws InstallProblem where there is none. */
export async function findPip(env: NodeJS.ProcessEnv): Promise<readonly [string, ...string[]]> {
  for (const [command, ...args] of pipCommands) {
    const { failed } = await execa(command, [...args, '--version'], { reject: false, env, extendEnv: false });
    if (!failed) return [command, ...args];
  }
  throw new InstallProblem(
    'there is no pip',
    'install Python 3 with pip (Debian, Ubuntu: `apt install python3-pip`)',
  );
}

/**
 * Downloads one wheel into `folder` and checks it against its pinned digest.
 * Throws InstallProblem when pip cannot get it or the bytes are others.
 */
export async function downloadWheel(
  pip: readonly [string, ...string[]],
  wheel: Wheel,
  folder: string,
  log: Log,
): Promise<FetchedWheel> {
  const target = join(folder, wheel.project);
  await mkdir(target, { recursive: true });
  log(`downloading ${wheel.project} ${wheel.version} (${wheel.megabytes} MB)`);
  const [command, ...args] = pip;
  // The wheel is unpacked here, never imported: any pip may fetch one made for Python 3.11.
  const { failed, stderr, shortMessage } = await execa(
    command,
    [
      ...args,
      ...['download', '--no-deps', '--only-binary=:all:', '--python-version', '311', '--no-cache-dir'],
      ...['--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--quiet', '--dest', target],
      `${wheel.project}==${wheel.version}`,
    ],
    { reject: false },
  );
  if (failed) {
    const reason =
      stderr.split('\n').findLast((line) => line.startsWith('ERROR')) ?? shortMessage ?? 'no reason given';
    throw new InstallProblem(
      `pip could not download ${wheel.project} ${wheel.version}: ${reason.replace(/^ERROR:\s*/, '')}`,
      'check the network (or the mirror in pip.conf) and run `ar-pipe setup` again',
    );
  }
  const name = (await readdir(target)).find((file) => file.endsWith('.whl'));
  if (name === undefined) throw new Error(`pip left no wheel in ${target}`);
  const path = join(target, name);
  const sha256 = await sha256OfFile(path);
  if (wheel.sha256 !== null && sha256 !== wheel.sha256) {
    throw new InstallProblem(
      `${name} is not the published file: its sha256 is ${sha256}, expected ${wheel.sha256}`,
      'look at the mirror pip downloads from; nothing of the file was used',
    );
  }
  return { path, name, sha256 };
}
