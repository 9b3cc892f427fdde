/** An attack bound to a net and a backend: the part of it that repeats is one function of tensors. */
import {
  compile,
  softmaxCrossEntropy,
  type Core,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from 'ar-pipe/tf';
import type { Net } from '../nets/net.ts';
import { named } from '../nets/parameters.ts';
import { ascend } from './attack.ts';
import { boxAround, project } from './bounds.ts';
import type { AttackPlan } from './params.ts';

export interface Attacker {
  /**
   * The last iterate for pictures [batch, h, w, c] in [0, 1] and their labels, int32 [batch]; the net is in evaluate mode.
   * @param weights in the order of the net's parameters
   * @param noise uniform in [-1, 1), shaped as the pictures; null starts at the pictures themselves
   */
  attack(weights: readonly Tensor[], pictures: Tensor4D, labels: Tensor1D, noise: Tensor4D | null): Tensor4D;
  /** Frees what is kept for speed. */
  dispose(): void;
}

export function createAttacker(tf: Core, net: Net, plan: AttackPlan): Attacker {
  const step = compile(attackStep(tf, net), { name: 'attack step' });
  return {
    dispose: () => {
      step.dispose();
    },
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
function attackStep(tf: Core, net: Net) {
  return (inputs: Tensor[]): Tensor[] => {
    const weights = named(net, inputs);
    const [x, low, high, labels, stepSize] = inputs.slice(net.parameters.length) as [
      Tensor4D,
      Tensor4D,
      Tensor4D,
      Tensor1D,
      Scalar,
    ];
    const lossOf = (pictures: Tensor4D) =>
      softmaxCrossEntropy(labels, net.forward(tf, weights, pictures, 'evaluate').logits);
    return [ascend(tf, lossOf, x, { low, high }, stepSize).next];
  };
}
