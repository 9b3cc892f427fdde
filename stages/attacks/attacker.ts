/** Attacks bound to a net and a backend: the parts of them that repeat are functions of tensors, recorded once for all attacks. */
import {
  compile,
  softmaxCrossEntropy,
  type Compiled,
  type Core,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from 'ar-pipe/tf';
import type { Net } from '../nets/net.ts';
import { named } from '../nets/parameters.ts';
import { ascend, bestIterate, lastIterate, type Best, type Climb } from './attack.ts';
import { boxAround, project, type Box } from './bounds.ts';
import type { AttackPlan } from './params.ts';

/** Pictures [batch, h, w, c] in [0, 1] and their labels, int32 [batch]. */
interface Targets {
  /** In the order of the net's parameters; the net is in evaluate mode. */
  readonly weights: readonly Tensor[];
  readonly pictures: Tensor4D;
  readonly labels: Tensor1D;
}

/** An attack's pictures of greatest loss, and the losses of the pictures they were made from, [batch]. */
export interface Strongest extends Best {
  readonly clean: Tensor1D;
}

/** One attack on one net. */
export interface Attack {
  /**
   * The last iterate for pictures [batch, h, w, c] in [0, 1] and their labels, int32 [batch]; the net is in evaluate mode.
   * @param weights in the order of the net's parameters
   * @param noise uniform in [-1, 1), shaped as the pictures; null starts at the pictures themselves
   */
  attack(weights: readonly Tensor[], pictures: Tensor4D, labels: Tensor1D, noise: Tensor4D | null): Tensor4D;
  /** The same attack's example of greatest loss: the best of all iterates and the pictures themselves. */
  strongest(
    weights: readonly Tensor[],
    pictures: Tensor4D,
    labels: Tensor1D,
    noise: Tensor4D | null,
  ): Strongest;
}

export interface Attacker extends Attack {
  /** Frees what is kept for speed. */
  dispose(): void;
}

/** All attacks on one net, which share their recordings. */
export interface Attackers {
  of(plan: AttackPlan): Attack;
  /** Frees what is kept for speed. */
  dispose(): void;
}

export function createAttackers(tf: Core, net: Net): Attackers {
  const step = compile(attackStep(tf, net), { name: 'attack step' });
  const losses = compile(lossesOf(tf, net), { name: 'attack losses' });
  return {
    of: (plan) => ({
      attack: (weights, pictures, labels, noise) =>
        tf.tidy(() => {
          const { climb, start } = prepare(tf, step, plan, { weights, pictures, labels }, noise);
          return lastIterate(climb, start, stepsOf(plan));
        }),
      strongest: (weights, pictures, labels, noise) =>
        tf.tidy(() => {
          const { climb, start } = prepare(tf, step, plan, { weights, pictures, labels }, noise);
          const lossOf = (x: Tensor4D) => losses([...weights, x, labels])[0] as Tensor1D;
          const clean = lossOf(pictures);
          const known = { pictures, loss: clean };
          return { clean, ...bestIterate(tf, climb, lossOf, known, start, stepsOf(plan)) };
        }),
    }),
    dispose: () => {
      step.dispose();
      losses.dispose();
    },
  };
}

/** A single attack. */
export function createAttacker(tf: Core, net: Net, plan: AttackPlan): Attacker {
  const attackers = createAttackers(tf, net);
  return {
    ...attackers.of(plan),
    dispose: () => {
      attackers.dispose();
    },
  };
}

/** A ball of radius 0 holds one point. */
const stepsOf = ({ epsilon, steps }: AttackPlan): number => (epsilon === 0 ? 0 : steps);

function prepare(
  tf: Core,
  step: Compiled<Tensor[], Tensor[]>,
  plan: AttackPlan,
  { weights, pictures, labels }: Targets,
  noise: Tensor4D | null,
): { climb: Climb; start: Tensor4D } {
  const epsilon = tf.scalar(plan.epsilon);
  const stepSize = tf.scalar(plan.stepSize);
  const box: Box = boxAround(tf, pictures, epsilon);
  return {
    climb: (x) => {
      const [next, loss] = step([...weights, x, box.low, box.high, labels, stepSize]);
      return { next: next as Tensor4D, loss: loss as Tensor1D };
    },
    start: noise === null ? pictures.clone() : project(tf, tf.add(pictures, tf.mul(noise, epsilon)), box),
  };
}

/** (weights…, x, low, high, labels, stepSize) -> (next x, losses at x) */
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
    const { next, loss } = ascend(tf, lossOf, x, { low, high }, stepSize);
    return [next, loss];
  };
}

/** (weights…, x, labels) -> (losses at x) */
function lossesOf(tf: Core, net: Net) {
  return (inputs: Tensor[]): Tensor[] => {
    const [x, labels] = inputs.slice(net.parameters.length) as [Tensor4D, Tensor1D];
    return [softmaxCrossEntropy(labels, net.forward(tf, named(net, inputs), x, 'evaluate').logits)];
  };
}
