/** An attack bound to a net and a backend: the part of it that repeats is one function of tensors. */
import type { Core, Scalar, Tensor, Tensor2D, Tensor4D } from 'ar-pipe/tf';
import { eager, type TensorFunction } from '../lib/graph.ts';
import type { Net } from '../nets/net.ts';
import { named } from '../nets/parameters.ts';
import { ascend, crossEntropy } from './attack.ts';
import { boxAround, project } from './bounds.ts';
import type { AttackPlan } from './params.ts';

export interface Attacker {
  /**
   * The last iterate for pictures [batch, h, w, c] in [0, 1] and one-hot labels; the net is in evaluate mode.
   * @param weights in the order of the net's parameters
   * @param noise uniform in [-1, 1), shaped as the pictures; null starts at the pictures themselves
   */
  attack(weights: readonly Tensor[], pictures: Tensor4D, labels: Tensor2D, noise: Tensor4D | null): Tensor4D;
}

export function createAttacker(tf: Core, net: Net, plan: AttackPlan): Attacker {
  const step = eager(tf, attackStep(tf, net));
  return {
    attack: (weights, pictures, labels, noise) =>
      tf.tidy(() => {
        const epsilon = tf.scalar(plan.epsilon);
        const stepSize = tf.scalar(plan.stepSize);
        const box = boxAround(tf, pictures, epsilon);
        let x =
          noise === null ? pictures.clone() : project(tf, tf.add(pictures, tf.mul(noise, epsilon)), box);
        for (let i = 0; i < plan.steps; i++) {
          x = step([...weights, x, box.low, box.high, labels, stepSize])[0] as Tensor4D;
        }
        return x;
      }),
  };
}

/** (weights…, x, low, high, labels, stepSize) -> (next x) */
function attackStep(tf: Core, net: Net): TensorFunction {
  return (inputs) => {
    const weights = named(net, inputs);
    const [x, low, high, labels, stepSize] = inputs.slice(net.parameters.length) as [
      Tensor4D,
      Tensor4D,
      Tensor4D,
      Tensor2D,
      Scalar,
    ];
    const lossOf = (pictures: Tensor4D) =>
      crossEntropy(tf, labels, net.forward(tf, weights, pictures, 'evaluate').logits);
    return [ascend(tf, lossOf, x, { low, high }, stepSize).next];
  };
}
