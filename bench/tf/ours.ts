/**
 * The steps of bench.ts with 'ar-pipe/tf'. Reads lines `attack N` or `train N`, answers one JSON line
 * {"wall": ms, "cpu": ms} per step. Arguments: threads, eager or replay, blocks n (depth 6n+2), batch size.
 */
import { createInterface } from 'node:readline';
import { compile, loadBackend, type Tensor } from 'ar-pipe/tf';
import { attackStep, trainStep, weights } from '../../test/tf/net.ts';

const [threads = '1', mode = 'eager', n = '3', batchText = '128'] = process.argv.slice(2);
const batch = Number(batchText);
const shape = { n: Number(n), width: 16, size: 32 };
const { tf, version, name } = await loadBackend({ threads: Number(threads) });

type Step = (inputs: readonly Tensor[]) => Tensor[];
const prepared = (step: Step, title: string): Step =>
  mode === 'replay' ? compile(step, { name: title }) : (inputs) => tf.tidy(() => step(inputs));
const attack = prepared(attackStep(tf, shape), 'attack');
const train = prepared(trainStep(tf, shape), 'train');

const x = tf.randomUniform([batch, 32, 32, 3], 0, 1, 'float32', 1);
const labels = tf.tensor1d(
  Array.from({ length: batch }, (_, k) => k % 10),
  'int32',
);
const [epsilon, stepSize, rate, momentum] = [8 / 255, 2 / 255, 1e-3, 0.9].map((value) => tf.scalar(value));
let z: Tensor = tf.clone(tf.add(x, 0));
let w: Tensor[] = weights(tf, shape);
let velocities: Tensor[] = w.map((each) => tf.zerosLike(each));

function attackOnce(): void {
  const [next] = attack([x, z, labels, epsilon!, stepSize!, ...w]);
  z.dispose();
  z = next!;
}

function trainOnce(): void {
  const [loss, ...rest] = train([x, labels, rate!, momentum!, ...w, ...velocities]);
  tf.dispose([loss!, ...w, ...velocities]);
  w = rest.slice(0, w.length);
  velocities = rest.slice(w.length);
}

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

console.log(JSON.stringify({ ready: `${name} ${version}` }));
for await (const line of createInterface({ input: process.stdin })) {
  const [kind, count = '1'] = line.split(' ');
  const step = kind === 'attack' ? attackOnce : trainOnce;
  const walls: number[] = [];
  const before = cpu();
  for (let k = 0; k < Number(count); k++) {
    const started = performance.now();
    step();
    walls.push(performance.now() - started);
  }
  console.log(JSON.stringify({ wall: Math.min(...walls), cpu: (cpu() - before) / Number(count) }));
}
