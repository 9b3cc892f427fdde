/** Margins of any net on the backend, as the search for its boundary asks for them. */
import { compile, type Core, type Tensor, type Tensor2D, type Tensor4D } from 'ar-pipe/tf';
import type { Net } from '../nets/net.ts';
import { named } from '../nets/parameters.ts';
import type { MarginOracle } from './boundary.ts';

export interface NetMargins {
  /** For pictures [h, w, c] as rows, each with the class whose margin is meant. */
  of(shape: readonly [height: number, width: number, channels: number], classes: Int32Array): MarginOracle;
  /** Frees what is kept for speed. */
  dispose(): void;
}

/** Below any logit: takes the class itself out of the maximum over the others. */
const never = -1e30;

/** @param weights in the order of the net's parameters */
export function createNetMargins(tf: Core, net: Net, weights: readonly Tensor[], count: number): NetMargins {
  const marginsOf = (inputs: readonly Tensor[], pictures: Tensor4D): Tensor => {
    const own = inputs.at(-1) as Tensor2D;
    const { logits } = net.forward(tf, named(net, [...inputs]), pictures, 'evaluate');
    const others = tf.max(tf.add(logits, tf.mul(own, never)), 1);
    return tf.sub(tf.sum(tf.mul(logits, own), 1), others);
  };
  const picturesIn = (inputs: readonly Tensor[]) => inputs.at(-2) as Tensor4D;
  const margins = compile((inputs: Tensor[]): Tensor[] => [marginsOf(inputs, picturesIn(inputs))], {
    name: 'margins',
  });
  const gradients = compile(
    (inputs: Tensor[]): Tensor[] => {
      const pictures = picturesIn(inputs);
      const { value, grad } = tf.valueAndGrad((x: Tensor4D) => marginsOf(inputs, x))(
        pictures,
        tf.ones([pictures.shape[0]]),
      );
      return [value, grad];
    },
    { name: 'margins and gradients' },
  );

  return {
    of: (shape, classes) => {
      const dimension = shape[0] * shape[1] * shape[2];
      const own = Float32Array.from({ length: classes.length * count }, (_, i) =>
        classes[Math.floor(i / count)] === i % count ? 1 : 0,
      );
      const call = (step: typeof margins, points: Float64Array): Float64Array[] => {
        const results = tf.tidy(() => {
          const pictures = tf.tensor4d(Float32Array.from(points), [classes.length, ...shape]);
          return step([...weights, pictures, tf.tensor2d(own, [classes.length, count])]);
        });
        const arrays = results.map((tensor) => Float64Array.from(tensor.dataSync<'float32'>()));
        tf.dispose(results);
        return arrays;
      };
      return {
        dimension,
        margins: (points) => call(margins, points)[0]!,
        withGradients: (points) => {
          const [values, slopes] = call(gradients, points);
          return { margins: values!, gradients: slopes! };
        },
      };
    },
    dispose: () => {
      margins.dispose();
      gradients.dispose();
    },
  };
}
