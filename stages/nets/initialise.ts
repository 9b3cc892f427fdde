/** First values of a net's parameters. */
import { RandomStream } from '../lib/random.ts';
import { valueCount, type Initial, type Net } from './net.ts';

/** Values by parameter name, in TensorFlow's layout. */
export type WeightValues = ReadonlyMap<string, Float32Array>;

/** Draws every parameter from a stream of its own; the same seed gives the same bits. */
export function initialise(net: Net, seed: number): WeightValues {
  return new Map(
    net.parameters.map(({ name, shape, initial }, index) => {
      const next = drawing(initial, new RandomStream(seed, 'initialisation', [index]));
      return [name, Float32Array.from({ length: valueCount(shape) }, next)];
    }),
  );
}

function drawing(initial: Initial, stream: RandomStream): () => number {
  switch (initial.kind) {
    case 'constant':
      return () => initial.value;
    case 'normal':
      return () => initial.deviation * stream.normal();
    case 'uniform':
      return () => initial.bound * (2 * stream.uniform() - 1);
  }
}
