/** Everything a run has to remember between epochs: random numbers are functions of the epoch and need no state. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors, stored, tensorOf, writeSafetensors } from '../lib/safetensors.ts';
import { initialise, type WeightValues } from '../nets/initialise.ts';
import { valueCount, type Net } from '../nets/net.ts';
import { trainedOf } from '../nets/parameters.ts';
import type { EpochRecord } from './history.ts';

export interface TrainingState {
  /** One record for each epoch done. */
  readonly history: readonly EpochRecord[];
  readonly weights: WeightValues;
  /** Momentum buffers of the trained parameters. */
  readonly buffers: WeightValues;
}

export function initialState(net: Net, seed: number): TrainingState {
  const buffers = new Map(
    trainedOf(net).map(({ name, shape }) => [name, new Float32Array(valueCount(shape))]),
  );
  return { history: [], weights: initialise(net, seed), buffers };
}

/** Fills a checkpoint folder. Values are kept bit for bit, in TensorFlow's layout. */
export function writeState(folder: string, net: Net, { history, weights, buffers }: TrainingState): void {
  const tensors = (prefix: string, values: WeightValues) =>
    net.parameters.flatMap(({ name, shape }) => {
      const data = values.get(name);
      return data === undefined ? [] : [[`${prefix}.${name}`, stored(data, shape)] as const];
    });
  writeSafetensors(join(folder, 'state.safetensors'), [
    ...tensors('weight', weights),
    ...tensors('buffer', buffers),
  ]);
  writeFileSync(join(folder, 'history.json'), JSON.stringify(history));
}

export function readState(folder: string, net: Net): TrainingState {
  const path = join(folder, 'state.safetensors');
  const file = readSafetensors(path);
  const values = (prefix: string, names: readonly { readonly name: string }[]): WeightValues =>
    new Map(names.map(({ name }) => [name, tensorOf(file, `${prefix}.${name}`, 'F32', path).data]));
  return {
    history: JSON.parse(readFileSync(join(folder, 'history.json'), 'utf8')) as EpochRecord[],
    weights: values('weight', net.parameters),
    buffers: values('buffer', trainedOf(net)),
  };
}
