/** The backend tests of numbers compute with: the fastest installed, as in a run. */
import { loadBackend, type Tensor } from 'ar-pipe/tf';
import type { Net } from '../../stages/nets/net.ts';
import type { WeightValues } from '../../stages/nets/initialise.ts';

export const { tf, name: backendName } = await loadBackend();

export function tensorsOf(net: Net, values: WeightValues): Record<string, Tensor> {
  return Object.fromEntries(
    net.parameters.map(({ name, shape }) => [name, tf.tensor(values.get(name)!.slice(), [...shape])]),
  );
}
