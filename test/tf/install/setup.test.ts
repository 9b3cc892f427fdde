import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { downloadWheel } from '../../../src/tf/install/download.ts';
import { InstallProblem } from '../../../src/tf/install/problem.ts';
import { describeSetup, setup } from '../../../src/tf/install/setup.ts';
import { commitInstall } from '../../../src/tf/install/commit.ts';
import { upstreamName } from '../../../src/tf/native/recipe.ts';
import { fakeInstall, home, type Home } from './rig.ts';

let own: Home;
beforeEach(() => {
  own = home();
});
afterEach(() => {
  own.remove();
});
const quiet = () => undefined;

test('AR_PIPE_NATIVE=0 installs nothing and says what that means', async () => {
  const result = await setup({ log: quiet, env: { ...own.env, AR_PIPE_NATIVE: '0' } });
  expect(result.kind).toBe('skipped');
  expect(describeSetup(result)).toMatch(/AR_PIPE_NATIVE=0.*WebAssembly.*ar-pipe setup/);
});

test('what is installed already is found at once', async () => {
  const built = join(own.root, 'built');
  await commitInstall(built, own.place, fakeInstall(built));
  const result = await setup({ log: quiet, env: own.env });
  expect(result.kind).toBe('present');
  expect(describeSetup(result)).toContain('TensorFlow 9.9.9');
});

test('the second-best library stays where the best cannot be had', async () => {
  const built = join(own.root, 'built');
  const place = join(own.root, upstreamName(process.platform, process.arch));
  await commitInstall(built, place, { ...fakeInstall(built), obtained: 'upstream-prebuilt' });
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const result = await setup({ log, env: { ...own.env, CXX: '', PATH: '/nowhere' } });
  expect(result).toMatchObject({ kind: 'present', folder: place });
});

test('what cannot be had is described with its remedy', () => {
  const text = describeSetup({
    kind: 'unavailable',
    problems: [{ message: 'there is no pip', remedy: 'install Python 3 with pip' }],
  });
  expect(text).toMatch(/works with WebAssembly[^]*there is no pip\. To mend it: install Python 3 with pip/);
});

/** A pip that "downloads" these bytes, or fails. */
function fakePip(script: string): readonly [string, ...string[]] {
  const path = join(own.root, 'pip.sh');
  writeFileSync(
    path,
    `#!/bin/sh\nfor last; do :; done\nwhile [ "$1" != --dest ]; do shift; done\n${script}\n`,
    { mode: 0o755 },
  );
  return [path];
}
const wheel = { project: 'thing', version: '1.0', megabytes: 1, sha256: '00'.repeat(32) };

test('a wheel with other bytes than the pinned ones is refused', async () => {
  const download = downloadWheel(fakePip('echo no > "$2/thing-1.0.whl"'), wheel, own.root, quiet);
  await expect(download).rejects.toThrow(
    /thing-1.0.whl is not the published file: its sha256 is [0-9a-f]{64}, expected 0000/,
  );
  await expect(download).rejects.toBeInstanceOf(InstallProblem);
});

test("pip's own reason is passed on", async () => {
  const pip = fakePip('echo "ERROR: No matching distribution found" >&2; exit 1');
  await expect(downloadWheel(pip, wheel, own.root, quiet)).rejects.toThrow(
    'pip could not download thing 1.0: No matching distribution found',
  );
});

test('an unpinned wheel is taken as pip checked it', async () => {
  const pip = fakePip('echo yes > "$2/thing-1.0.whl"');
  const fetched = await downloadWheel(pip, { ...wheel, sha256: null }, own.root, quiet);
  expect(fetched).toMatchObject({ name: 'thing-1.0.whl' });
  expect(fetched.sha256).toMatch(/^[0-9a-f]{64}$/);
});
