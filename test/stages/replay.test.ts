/** What is recorded gives, bit for bit, what the functions give themselves: every net, attack and shape. */
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import {
  compile,
  softmaxCrossEntropy,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from 'ar-pipe/tf';
import { ascend, bestIterate, lastIterate } from '../../stages/attacks/attack.ts';
import { createAttackers } from '../../stages/attacks/attacker.ts';
import { boxAround, project } from '../../stages/attacks/bounds.ts';
import { attackPlan, type AttackParams } from '../../stages/attacks/params.ts';
import { createClassifier } from '../../stages/evaluation/classifier.ts';
import { RandomStream } from '../../stages/lib/random.ts';
import { netSchema, type Architecture } from '../../stages/nets/architecture.ts';
import { buildNet } from '../../stages/nets/build.ts';
import { valueCount, type Net } from '../../stages/nets/net.ts';
import { named, trainedOf } from '../../stages/nets/parameters.ts';
import { Learner } from '../../stages/training/learner.ts';
import { initialState } from '../../stages/training/state.ts';
import { rateFactors, steppedOf, trainingStep } from '../../stages/training/step.ts';
import { backendName, tf } from './backend.ts';

const size = 12;
const nets: readonly (readonly [string, object])[] = [
  ['ResNet-8, option A', { kind: 'fixup-resnet', depth: 8, width: 4 }],
  [
    'ResNet-8, option B, all scalars',
    { kind: 'fixup-resnet', depth: 8, width: 8, shortcut: 'B', scalars: 'all' },
  ],
  ['ResNet-8 with biases', { kind: 'fixup-resnet', depth: 8, width: 16, scalars: 'biases' }],
  ['WRN of narrow batch norm', { kind: 'wrn-bottleneck', units: [2, 1], base: 2, widen: 2 }],
  ['WRN of wide batch norm', { kind: 'wrn-bottleneck', units: [1, 1], base: 8, widen: 2 }],
  ['plain net', { kind: 'plain', hidden: [20, 12] }],
];
const attacks: readonly AttackParams[] = [
  { kind: 'pgd', epsilon: 8, stepSize: 2, steps: 3, randomStart: true },
  { kind: 'pgd', epsilon: 4, stepSize: 2, steps: 2, randomStart: false },
  { kind: 'fgsm', epsilon: 8, randomStart: false },
  { kind: 'fgsm', epsilon: 8, randomStart: true },
  { kind: 'none' },
];
/** A full batch, and the smaller last one. */
const batches = [6, 5];

const architecture = (net: object): Architecture => ({
  ...{ net: netSchema.parse(net), height: size, width: size, channels: 3, classes: 10 },
  normalise: { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] },
});

/** Weights of which none is zero, as after some training: a zero layer would hide much. */
function inTraining(net: Net) {
  const state = initialState(net, 1);
  const stream = new RandomStream(1, 'noise', [0, 0]);
  for (const values of state.weights.values())
    for (const [i, value] of values.entries()) if (value === 0) values[i] = 0.1 * (stream.uniform() - 0.5);
  return state;
}

function numbers(count: number, seed: number): Float32Array {
  const stream = new RandomStream(seed, 'noise', [1, 0]);
  return Float32Array.from({ length: count }, () => stream.uniform());
}
const pictures = (batch: number, seed: number): Tensor4D =>
  tf.tensor4d(numbers(batch * size * size * 3, seed), [batch, size, size, 3]);
const labelsOf = (batch: number): Tensor1D =>
  tf.tensor1d(
    Array.from({ length: batch }, (_, i) => i % 10),
    'int32',
  );
const bits = (tensors: readonly Tensor[]): string[] =>
  tensors.map((tensor) => Buffer.from(tensor.dataSync().slice().buffer).toString('base64'));

afterEach(() => {
  vi.restoreAllMocks();
});

describe.skipIf(backendName !== 'tensorflow').each(nets)('%s', (_title, params) => {
  const net = buildNet(architecture(params));
  const state = inTraining(net);
  const weights = net.parameters.map(({ name, shape }) =>
    tf.tensor(state.weights.get(name)!.slice(), [...shape]),
  );
  const byName = named(net, weights);
  const attackers = createAttackers(tf, net);
  afterAll(() => {
    attackers.dispose();
  });

  it.each(attacks)('under attack: $kind, epsilon $epsilon, random start $randomStart', (attack) => {
    const warn = vi.spyOn(console, 'warn');
    const plan = attackPlan(attack);
    const recorded = attackers.of(plan);
    tf.tidy(() => {
      for (const [round, batch] of [...batches, ...batches].entries()) {
        const x = pictures(batch, round);
        const labels = labelsOf(batch);
        const noise = plan.randomStart ? tf.sub(tf.mul(pictures(batch, 50 + round), 2), 1) : null;
        const lossOf = (z: Tensor4D) =>
          softmaxCrossEntropy(labels, net.forward(tf, byName, z, 'evaluate').logits);
        const box = boxAround(tf, x, tf.scalar(plan.epsilon));
        const climb = (z: Tensor4D) => ascend(tf, lossOf, z, box, tf.scalar(plan.stepSize));
        const start =
          noise === null ? x : project(tf, tf.add<Tensor4D>(x, tf.mul(noise, tf.scalar(plan.epsilon))), box);
        expect(bits([recorded.attack(weights, x, labels, noise as Tensor4D | null)])).toEqual(
          bits([lastIterate(climb, start, plan.steps)]),
        );
        const best = recorded.strongest(weights, x, labels, noise as Tensor4D | null);
        const known = { pictures: x, loss: lossOf(x) };
        const expected = bestIterate(tf, climb, lossOf, known, start, plan.steps);
        expect(bits([best.pictures, best.loss, best.clean])).toEqual(
          bits([expected.pictures, expected.loss, known.loss]),
        );
      }
    });
    expect(warn).not.toHaveBeenCalled();
  });

  /** (weights…, pictures, labels, epsilon, step size, noise?) -> (last iterate, best iterate, its loss): a whole attack as one graph. */
  const wholeAttack = (steps: number) => (inputs: Tensor[]) => {
    const current = named(net, inputs);
    const [x, labels, epsilon, stepSize, noise] = inputs.slice(net.parameters.length) as [
      ...[Tensor4D, Tensor1D, Scalar, Scalar],
      Tensor4D | undefined,
    ];
    const lossOf = (z: Tensor4D) =>
      softmaxCrossEntropy(labels, net.forward(tf, current, z, 'evaluate').logits);
    const box = boxAround(tf, x, epsilon);
    const climb = (z: Tensor4D) => ascend(tf, lossOf, z, box, stepSize);
    const start = noise ? project(tf, tf.add(x, tf.mul(noise, epsilon)), box) : x;
    const known = { pictures: x, loss: lossOf(x) };
    const best = bestIterate(tf, climb, lossOf, known, start, steps);
    return [lastIterate(climb, start, steps), best.pictures, best.loss];
  };

  it.each(attacks.filter(({ kind }) => kind !== 'none'))(
    'a whole attack: $kind, epsilon $epsilon, random start $randomStart',
    (attack) => {
      const warn = vi.spyOn(console, 'warn');
      const plan = attackPlan(attack);
      const whole = wholeAttack(plan.steps);
      const recorded = compile(whole, { name: 'whole attack' });
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        for (const [round, batch] of [...batches, ...batches].entries()) {
          // One recording for all radii and step sizes.
          const sizes = [plan.epsilon, plan.stepSize].map((value) => tf.scalar(value / (round + 1)));
          const noise = plan.randomStart ? [tf.sub(tf.mul(pictures(batch, 50 + round), 2), 1)] : [];
          const inputs = [...weights, pictures(batch, round), labelsOf(batch), ...sizes, ...noise];
          expect(bits(recorded(inputs))).toEqual(bits(tf.tidy(() => whole(inputs))));
        }
        expect(recorded.recordings()).toBe(batches.length);
      });
      recorded.dispose();
      expect(tf.memory().numTensors).toBe(before);
      expect(warn).not.toHaveBeenCalled();
    },
  );

  it('in evaluation', async () => {
    const warn = vi.spyOn(console, 'warn');
    const classifier = createClassifier(tf, net, 10, 6);
    const all = pictures(6 + 6 + 5, 1);
    const rows = (places: Int32Array): Tensor4D => tf.gather(all, tf.tensor1d(places, 'int32'));
    const places = Int32Array.from({ length: 17 }, (_, i) => i);
    const logits = await classifier.logits(weights, places, (part) => tf.tidy(() => rows(part)));
    const expected = tf.tidy(() =>
      [0, 6, 12].flatMap((from) => [
        ...net
          .forward(
            tf,
            byName,
            tf.tidy(() => rows(places.slice(from, from + 6))),
            'evaluate',
          )
          .logits.dataSync(),
      ]),
    );
    expect([...logits]).toEqual(expected);
    all.dispose();
    classifier.dispose();
    expect(warn).not.toHaveBeenCalled();
  });

  it('in training, step after step', async () => {
    const warn = vi.spyOn(console, 'warn');
    const sgd = { momentum: 0.9, weightDecay: 1e-4 };
    const learner = new Learner(tf, net, sgd, state);
    const step = trainingStep(tf, net, sgd);
    let current: Tensor[] = [
      ...weights.map((weight) => weight.clone()),
      ...trainedOf(net).map(({ shape }) => tf.zeros([...shape])),
    ];
    for (const [k, batch] of [6, 6, 5, 6, 6, 5].entries()) {
      const x = pictures(batch, k);
      const labels = labelsOf(batch);
      const rate = 0.05 / (k + 1);
      const { losses, logits } = learner.step(x, labels, rate)();
      const rates = rateFactors(net).map((factor) => tf.scalar(rate * factor));
      const shares = tf.tensor1d(new Float32Array(batch).fill(1 / batch));
      const results = tf.tidy(() => step([...current, x, labels, shares, ...rates]));
      const expected = steppedOf(net, results);
      expect([...losses]).toEqual([...expected.losses.dataSync()]);
      expect([...logits]).toEqual([...expected.logits.dataSync()]);
      expect(bits(learner.weights)).toEqual(bits(expected.weights));
      tf.dispose([...current, x, labels, shares, ...rates, expected.losses, expected.logits]);
      current = [...expected.weights, ...expected.buffers];
    }
    const { buffers } = await learner.state([]);
    expect([...buffers.values()].map((values) => [...values])).toEqual(
      current.slice(net.parameters.length).map((buffer) => [...buffer.dataSync()]),
    );
    expect(current.map(({ size: count }) => count)).toEqual(
      [...net.parameters, ...trainedOf(net)].map(({ shape }) => valueCount(shape)),
    );
    tf.dispose(current);
    learner.dispose();
    expect(warn).not.toHaveBeenCalled();
  });
});

it.skipIf(backendName !== 'tensorflow')('1,000 whole attacks keep nothing', () => {
  const net = buildNet(architecture({ kind: 'plain', hidden: [4] }));
  const weights = net.parameters.map(({ shape }) => tf.randomNormal([...shape]));
  const attackers = createAttackers(tf, net);
  const plan = attackPlan({ kind: 'pgd', epsilon: 8, stepSize: 2, steps: 3, randomStart: true });
  const attacker = attackers.of(plan);
  // Plans are constants of this recording.
  const whole = compile(
    (inputs: Tensor[]) => {
      const [x, labels, noise] = inputs.slice(weights.length) as [Tensor4D, Tensor1D, Tensor4D];
      return [attacker.attack(inputs.slice(0, weights.length), x, labels, noise)];
    },
    { name: 'whole attack' },
  );
  const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number } };
  const inputs = [...weights, pictures(2, 1), labelsOf(2), pictures(2, 2)];
  const once = () => {
    tf.dispose(whole(inputs));
  };
  once();
  const before = [tf.memory().numTensors, binding.getNumOfTensors()];
  for (let k = 0; k < 1000; k++) once();
  expect([tf.memory().numTensors, binding.getNumOfTensors()]).toEqual(before);
  expect(whole.recordings()).toBe(1);
  tf.dispose(inputs);
  whole.dispose();
  attackers.dispose();
});
