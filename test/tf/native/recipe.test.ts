import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { headers, installName, tfjsVersion, wheelsFor } from '../../../src/tf/native/recipe.ts';
import { isWanted } from '../../../src/tf/install/unpack.ts';

const require = createRequire(import.meta.url);

test.each(['tfjs', 'tfjs-core', 'tfjs-backend-wasm', 'tfjs-node-gpu'])(
  'the version of %s is the pinned one',
  (name) => {
    const text = readFileSync(require.resolve(`@tensorflow/${name}/package.json`), 'utf8');
    expect((JSON.parse(text) as { version: string }).version).toBe(tfjsVersion);
  },
);

test('wheels exist for Linux on x64 and arm64, CUDA for x64 only', () => {
  expect(wheelsFor('cpu', 'linux', 'x64')?.map(({ project }) => project)).toEqual(['tensorflow-cpu']);
  expect(wheelsFor('cpu', 'linux', 'arm64')?.map(({ project }) => project)).toEqual(['tensorflow']);
  expect(wheelsFor('cuda', 'linux', 'x64')?.length).toBeGreaterThan(5);
  expect(wheelsFor('cuda', 'linux', 'arm64')).toBeNull();
  expect(wheelsFor('cpu', 'darwin', 'arm64')).toBeNull();
});

test('each kind of install has a folder of its own', () => {
  const names = [
    installName('cpu', 'linux', 'x64'),
    installName('cuda', 'linux', 'x64'),
    installName('cpu', 'linux', 'arm64'),
  ];
  expect(new Set(names).size).toBe(3);
  expect(names[0]).toMatch(/^tensorflow-[\d.]+-napi8-linux-x64-cpu-[0-9a-f]{12}$/);
});

test('of a wheel only the libraries and headers are taken', () => {
  expect(headers).toHaveLength(14);
  for (const path of [
    ...headers,
    'tensorflow/libtensorflow_cc.so.2',
    'nvidia/cudnn/lib/libcudnn.so.9',
    'nvidia/nccl/lib/libnccl.so',
  ]) {
    expect(isWanted(path), path).toBe(true);
  }
  for (const path of [
    'tensorflow/__init__.py',
    'nvidia/cudnn/include/cudnn.h',
    'nvidia/../lib/evil.so',
    'nvidia/x/lib/libx_static.a',
  ]) {
    expect(isWanted(path), path).toBe(false);
  }
});
