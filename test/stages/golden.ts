/** Reference values computed with PyTorch, where the folder with them is at hand; see its README for the conventions. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { readSafetensors, tensorOf } from '../../stages/lib/safetensors.ts';
import type { WeightValues } from '../../stages/nets/initialise.ts';
import { toTensorFlow } from '../../stages/nets/layout.ts';
import type { Net } from '../../stages/nets/net.ts';

const shared = fileURLToPath(new URL('../../../shared', import.meta.url));

export const sharedPath = (name: string): string => join(shared, name);
export const haveGolden = existsSync(sharedPath('golden'));

/** Tests against these values. Where the folder is not at hand they are skipped by name, and `body`, which reads it, is not entered. */
export function describeGolden(name: string, body: () => void): void {
  if (haveGolden) describe(name, body);
  else
    describe.skip(name, () => {
      it('needs shared/golden beside the checkout', () => undefined);
    });
}

/** Arrays of one golden file by name. */
export function goldenArrays(file: string): {
  f32: (name: string) => Float32Array;
  i32: (name: string) => Int32Array;
} {
  const path = sharedPath(`golden/${file}`);
  const read = readSafetensors(path);
  return {
    f32: (name) => tensorOf(read, name, 'F32', path).data,
    i32: (name) => tensorOf(read, name, 'I32', path).data,
  };
}

export function goldenJson(file: string): unknown {
  return JSON.parse(readFileSync(sharedPath(`golden/${file}`), 'utf8'));
}

/** The net's weights in TensorFlow's layout, from a file of bare PyTorch tensors. */
export function goldenWeights(file: string, net: Net): WeightValues {
  const path = sharedPath(`golden/${file}`);
  const read = readSafetensors(path);
  return new Map(
    net.parameters.map(({ name }) => {
      const { data, shape } = tensorOf(read, name, 'F32', path);
      return [name, toTensorFlow(data, shape).data];
    }),
  );
}

export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let greatest = 0;
  for (let i = 0; i < b.length; i++) greatest = Math.max(greatest, Math.abs(a[i]! - b[i]!));
  return greatest;
}
