/** The packages of TensorFlow.js. Optional peers of this one, since a pipeline that computes nothing numerical needs none. */
import { createRequire } from 'node:module';
import { tfjsVersion } from './native/recipe.ts';

const names = ['tfjs', 'tfjs-core', 'tfjs-backend-wasm', 'tfjs-node-gpu'].map(
  (name) => `@tensorflow/${name}`,
);

/** Adds them to a project. Their own install scripts would fetch another native library than `ar-pipe setup` does. */
export const installTfjs = `npm install --ignore-scripts ${names.map((name) => `${name}@${tfjsVersion}`).join(' ')}`;

/** Whether all of them are there for this installation of ar-pipe. */
export function hasTfjs(): boolean {
  const { resolve } = createRequire(import.meta.url);
  return names.every((name) => {
    try {
      return resolve(`${name}/package.json`) !== '';
    } catch {
      return false;
    }
  });
}
