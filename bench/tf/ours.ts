/** The work of bench.ts with the study's own code. Arguments: backend, threads. */
import { createInterface } from 'node:readline';
import { compile, loadBackend, type Tensor, type Tensor4D } from 'ar-pipe/tf';
import { createAttackers } from '../../stages/attacks/attacker.ts';
import type { PictureSet } from '../../stages/data/picture-set.ts';
import { toUnit } from '../../stages/data/pixels.ts';
import { fileOrder } from '../../stages/data/batches.ts';
import { createClassifier } from '../../stages/evaluation/classifier.ts';
import { mean } from '../../stages/evaluation/scores.ts';
import { convolve } from '../../stages/nets/layers.ts';
import { toTensors, trainedOf } from '../../stages/nets/parameters.ts';
import { readWeights } from '../../stages/nets/weights-file.ts';
import { kernelOf } from '../../stages/spectrum/kernel.ts';
import { operatorSingularValues } from '../../stages/spectrum/operator.ts';
import { Learner } from '../../stages/training/learner.ts';
import { train } from '../../stages/training/trainer.ts';
import { pictureBytes, type Case } from './cases.ts';

const [backend = 'auto', threads = '1'] = process.argv.slice(2);
const { tf } = await loadBackend({ backend: backend as 'auto', threads: Number(threads) });
const sgd = { momentum: 0.9, weightDecay: 1e-4 };

/** Work whose tensors, hundreds of megabytes, are made when it is asked for first: they are no part of a start. */
function whenAsked(make: () => (count: number) => void): (count: number) => void {
  let work: ReturnType<typeof make> | undefined;
  return (count) => {
    (work ??= make())(count);
  };
}

function prepare({ architecture, batch, steps, weights: path }: Case) {
  const { height, width, channels, classes } = architecture;
  const { net, weights: values } = readWeights(path);
  const zeros = new Map(trainedOf(net).map(({ name }) => [name, values.get(name)!.map(() => 0)]));
  const start = { history: [], weights: values, buffers: zeros };
  const bytes = pictureBytes(batch * height * width * channels);
  const x = tf.tensor4d(toUnit(bytes), [batch, height, width, channels]);
  const classOf = (count: number) => Int32Array.from({ length: count }, (_, i) => i % classes);
  const labels = tf.tensor1d(classOf(batch), 'int32');
  const weights = toTensors(tf, net.parameters, values);
  const attackers = createAttackers(tf, net);
  const attackOf = (count: number) =>
    attackers.of({ epsilon: 8 / 255, stepSize: 2 / 255, steps: count, randomStart: false });
  const learner = new Learner(tf, net, sgd, start);
  const classifier = createClassifier(tf, net, classes, batch);

  const cell = async (epochs: number): Promise<void> => {
    const count = 240;
    const images = pictureBytes(count * height * width * channels);
    const index = fileOrder(count);
    const pictures: PictureSet = { images, labels: classOf(count), index, count, height, width, channels };
    const attack = { epsilon: 8 / 255, stepSize: 2 / 255, steps, randomStart: true };
    const plan = {
      ...{ attack, sgd, epochs, batch, learningRate: 0.07, warmUp: 0, augment: null, spectralControl: null },
      ...{ schedule: { kind: 'cosine' as const }, probe: { pictures: count, attackEvery: 20 } },
    };
    const nothing = (): Promise<void> => Promise.resolve();
    const hooks = { onBatch: nothing, onLayer: nothing, onEpoch: nothing };
    await train({ tf, net, classes, plan, pictures, seed: 1 }, start, hooks);
  };
  /**
   * The net's convolutions with the gradients that an attack or a training step takes of them, recorded like these, and nothing
   * else: what no step can be faster than. Each one's output stands for the gradient that would reach it.
   */
  const convolutionsOf = (wanted: 'attack' | 'train') => {
    const recorded = compile(
      (inputs: Tensor[]) =>
        net.convolutions.flatMap(({ stride }, i) => {
          const [kernel, map] = inputs.slice(2 * i, 2 * i + 2) as [Tensor4D, Tensor4D];
          const y = convolve(tf, map, kernel, stride);
          const toMap = () => tf.grad((x) => convolve(tf, x as Tensor4D, kernel, stride))(map, y);
          const toKernel = () => tf.grad((k) => convolve(tf, map, k as Tensor4D, stride))(kernel, y);
          const gradients = wanted === 'attack' ? [toMap] : i === 0 ? [toKernel] : [toMap, toKernel];
          // Of each one element is fetched, which costs nothing and keeps it from being left out.
          return gradients.map((gradient) => tf.slice(gradient(), [0, 0, 0, 0], [1, 1, 1, 1]));
        }),
      { name: `convolutions, ${wanted}` },
    );
    const inputs = net.convolutions.flatMap(({ name, kernel, inputHeight, inputWidth }) => [
      tf.tensor4d(values.get(name)!, [...kernel]),
      tf.fill([batch, inputHeight, inputWidth, kernel[2]], 0.5),
    ]);
    return (count: number) => {
      for (let k = 0; k < count; k++) tf.dispose(recorded(inputs));
    };
  };
  return {
    attackConvolutions: whenAsked(() => convolutionsOf('attack')),
    trainConvolutions: whenAsked(() => convolutionsOf('train')),
    attack: (count: number) => {
      attackOf(count).attack(weights, x, labels, null).dispose();
    },
    train: (count: number) => {
      for (let k = 0; k < count; k++) learner.step(x, labels, 1e-3)();
    },
    evaluate: async (count: number) => {
      const places = fileOrder(count * batch);
      await classifier.logits(weights, places, () => x.clone());
    },
    svd: () => {
      for (const { name, kernel, inputHeight } of net.convolutions)
        operatorSingularValues(kernelOf(kernel, values.get(name)!), { n: inputHeight });
    },
    cell,
    /** The loss under attack, those of three clean steps, and the largest singular values: what the twin must give too. */
    numbers: () => {
      // Only from the same weights: later the sign of a gradient near zero would part the two for good.
      const attacked = attackOf(2).attack(weights, x, labels, null);
      const inputs = [[attacked], [x, x, x]];
      const losses = inputs.flatMap((batches) => {
        const fresh = new Learner(tf, net, sgd, start);
        const found = batches.map((pictures) => mean(fresh.step(pictures, labels, 0.01)().losses));
        fresh.dispose();
        return found;
      });
      attacked.dispose();
      const norms = net.convolutions
        .slice(0, 6)
        .map(
          ({ name, kernel, inputHeight }) =>
            operatorSingularValues(kernelOf(kernel, values.get(name)!), { n: inputHeight })[0]!,
        );
      return [...losses, ...norms];
    },
  };
}

interface Question {
  readonly work:
    | 'prepare'
    | 'numbers'
    | 'used'
    | 'attackConvolutions'
    | 'trainConvolutions'
    | 'attack'
    | 'train'
    | 'evaluate'
    | 'svd'
    | 'cell';
  readonly count?: number;
  readonly of?: Case;
}

let prepared: ReturnType<typeof prepare> | undefined;
const answer = (value: unknown): void => {
  console.log(JSON.stringify(value));
};
answer('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const { work, count = 1, of } = JSON.parse(line) as Question;
  const before = process.cpuUsage();
  const started = performance.now();
  if (work === 'prepare') prepared = prepare(of!);
  else if (work === 'numbers') {
    answer(prepared!.numbers());
    continue;
  } else if (work === 'used') {
    const { user, system } = process.cpuUsage();
    answer({ cpu: (user + system) / 1000 });
    continue;
  } else await prepared![work](count);
  const { user, system } = process.cpuUsage(before);
  answer({ wall: (performance.now() - started) / count, cpu: (user + system) / 1000 / count });
}
