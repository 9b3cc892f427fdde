/**
 * The net of the paper's theory (equation 2): fully connected layers without biases, with ReLU between them. Lemma 3.1 holds
 * for it exactly, which skip connections would break.
 *
 *     h = relu(fc1 x) ;  h = relu(fc2 h) ;  … ;  logits = fc h
 *
 * Names: `fc{1,2,…}.weight`, and `fc.weight` for the classifier. Pictures are flattened as PyTorch does it: channels, then rows.
 */
import type { Tensor2D } from 'ar-pipe/tf';
import type { Architecture, NetParams } from './architecture.ts';
import { normalise } from './layers.ts';
import type { Net } from './net.ts';

type Plain = Architecture & { readonly net: Extract<NetParams, { kind: 'plain' }> };

export function plain({ net, height, width, channels, classes, normalise: constants }: Plain): Net {
  const inputs = height * width * channels;
  const sizes = [inputs, ...net.hidden, classes];
  const names = [...net.hidden.map((_, i) => `fc${i + 1}.weight`), 'fc.weight'];
  return {
    parameters: names.map((name, i) => ({
      name,
      shape: [sizes[i]!, sizes[i + 1]!],
      // He et al. 2015, as for every layer that a ReLU follows.
      initial: { kind: 'normal', deviation: Math.sqrt(2 / sizes[i]!) },
      trained: true,
      rateFactor: 1,
    })),
    convolutions: [],
    forward(tf, weights, pictures) {
      const planes = tf.transpose(normalise(tf, pictures, constants), [0, 3, 1, 2]);
      let h: Tensor2D = tf.reshape(planes, [-1, inputs]);
      for (const name of names.slice(0, -1)) h = tf.relu(tf.matMul<Tensor2D>(h, weights[name] as Tensor2D));
      return { logits: tf.matMul(h, weights['fc.weight'] as Tensor2D), statistics: {} };
    },
  };
}
