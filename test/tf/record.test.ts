import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backendEnv, BackendUnavailable, chooseBackend, readRecord } from '../../src/tf/record.ts';
import { commitInstall } from '../../src/tf/install/commit.ts';
import { fakeInstall, home, type Home } from './install/rig.ts';

let own: Home;
beforeEach(() => {
  own = home();
});
afterEach(() => {
  own.remove();
});
const install = async () => {
  const built = join(own.root, 'built');
  await commitInstall(built, own.place, fakeInstall(built));
};

describe('without the native library', () => {
  test.each([undefined, '', 'auto', 'wasm'])('AR_PIPE_BACKEND=%s takes WebAssembly', (backend) => {
    const choice = chooseBackend({ ...own.env, AR_PIPE_BACKEND: backend });
    expect(choice).toMatchObject({ name: 'wasm', arch: 'wasm32', install: null });
  });

  test('the notice says how to get the faster one', () => {
    expect(chooseBackend(own.env).notice).toMatch(/WebAssembly.*ar-pipe setup/);
  });

  test('insisting on it is an error with a way out', () => {
    const insist = () => chooseBackend({ ...own.env, AR_PIPE_BACKEND: 'tensorflow' });
    expect(insist).toThrow(BackendUnavailable);
    expect(insist).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('ar-pipe setup') as string }) as Error,
    );
  });
});

describe('with the native library', () => {
  test('it is what auto takes, and its record can be read', async () => {
    await install();
    expect(chooseBackend(own.env)).toMatchObject({
      name: 'tensorflow',
      version: '9.9.9',
      flavour: 'cpu',
      arch: process.arch,
    });
    expect(readRecord(own.env)?.version).toBe('9.9.9');
  });

  test('another one may be asked for', async () => {
    await install();
    expect(chooseBackend({ ...own.env, AR_PIPE_BACKEND: 'wasm' }).name).toBe('wasm');
    expect(chooseBackend({ ...own.env, AR_PIPE_BACKEND: 'cpu' }).name).toBe('cpu');
  });

  test('threads enter the key; portable backends have one', async () => {
    await install();
    const native = chooseBackend(own.env);
    expect(backendEnv(native, 2)['backend.threads']).toBe('2');
    expect(backendEnv(native)['backend.threads']).toBe('1');
    expect(backendEnv(chooseBackend({ ...own.env, AR_PIPE_BACKEND: 'wasm' }), 2)['backend.threads']).toBe(
      '1',
    );
    expect(Object.keys(backendEnv(native)).sort()).toEqual([
      'backend',
      ...['arch', 'digest', 'flavour', 'isa', 'threads', 'version'].map((name) => `backend.${name}`),
    ]);
  });
});

test('an unknown backend is refused with the names there are', () => {
  expect(() => chooseBackend({ ...own.env, AR_PIPE_BACKEND: 'torch' })).toThrow(/AR_PIPE_BACKEND=torch/);
});

test('a relative XDG_CACHE_HOME is ignored, as its specification says', () => {
  expect(
    readRecord({ XDG_CACHE_HOME: 'somewhere', HOME: own.root, CUDA_VISIBLE_DEVICES: '' }),
  ).toBeUndefined();
});
