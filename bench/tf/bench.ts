/**
 * How fast the study computes, beside PyTorch and NumPy: one command, one table.
 *
 *     npm run bench:tf -- --python ../venv/bin/python [--threads 1] [--cases quick,resnet-20,wrn] [--rounds 5] [--epochs 2]
 *       [--sections steps,svd,whole,portable] [--compiled]
 *
 * The peer: `python3 -m venv ../venv && ../venv/bin/pip install torch==2.13.0 numpy`, outside the project. Before anything is
 * timed, both sides attack, take training steps from the same weights and compute singular values; the numbers must
 * agree. Then all sides stay alive and take turns. Times are medians. CPU is user and system time of all threads; with
 * other work on the machine only it means something, and PyTorch's barriers, which spin, make its own grow.
 * Ratios below 1 are in our favour. `its convolutions` computes nothing but the convolutions of the row above: its floor.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare, start, type Candidate, type Command, type Cost } from './candidate.ts';
import { prepareCase, type Case } from './cases.ts';
import { timeCells, timeFirstStep } from './whole.ts';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    threads: { type: 'string', default: '1' },
    cases: { type: 'string', default: 'quick,resnet-20,wrn' },
    rounds: { type: 'string', default: '5' },
    epochs: { type: 'string', default: '2' },
    sections: { type: 'string', default: 'steps,svd,whole,portable' },
    compiled: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const epochs = Number(options.epochs);
const folder = mkdtempSync(join(tmpdir(), 'ar-pipe-bench-'));

const ours = (threads: string, backend = 'auto'): Command => ({
  name: backend === 'auto' ? 'ours' : `ours, ${backend}`,
  command: process.execPath,
  args: [join(import.meta.dirname, 'ours.mjs'), backend, threads],
});
const twin = (threads: string, layout = 'default'): Command => ({
  name: layout === 'default' ? 'PyTorch' : `PyTorch, ${layout}`,
  command: options.python,
  args: ['-B', join(process.cwd(), 'bench/tf/twin.py'), threads, layout],
});

const line = (cells: readonly string[]): void => {
  console.log(
    `${cells[0]!.padEnd(44)}${cells
      .slice(1)
      .map((cell) => cell.padStart(11))
      .join('')}`,
  );
};

/** One line for each side; ratios are to all sides but the first, which is ours. */
function print(row: string, names: readonly string[], costs: readonly Cost[], perSecond = 0): void {
  for (const [k, { wall, cpu }] of costs.entries()) {
    const rate = perSecond > 0 ? `${((1000 * perSecond) / wall).toFixed(0)}/s` : '';
    const [us] = costs;
    const ratios = k === 0 ? ['', ''] : [(us!.cpu / cpu).toFixed(2), (us!.wall / wall).toFixed(2)];
    line([(k === 0 ? row : '').padEnd(22) + names[k]!, wall.toFixed(1), cpu.toFixed(1), ...ratios, rate]);
  }
}

async function all(commands: readonly Command[]): Promise<Candidate[]> {
  const started = await Promise.all(commands.map(start));
  return started.filter((candidate) => candidate !== null);
}

/** Throws unless all sides give the numbers of the first. */
async function agree(candidates: readonly Candidate[], of: Case): Promise<void> {
  const results: number[][] = [];
  for (const candidate of candidates) {
    await candidate.ask({ work: 'prepare', of });
    results.push(await candidate.ask<number[]>({ work: 'numbers' }));
  }
  const [first] = results;
  for (const [k, numbers] of results.entries()) {
    const off = Math.max(...numbers.map((value, i) => Math.abs(value / first![i]! - 1)));
    // A sign of a gradient near zero may differ, and moves one pixel; a wrong net is off by far more.
    if (!(off < 1e-3) || numbers.length !== first!.length)
      throw new Error(
        `${of.title}: ${candidates[k]!.name} computes ${numbers.join(' ')}, we ${first!.join(' ')}`,
      );
  }
}

async function measure(candidates: readonly Candidate[], of: Case): Promise<void> {
  const names = candidates.map(({ name }) => name);
  console.log(`\n${of.title}`);
  await agree(candidates, of);
  const works = [
    ['PGD step', 'attack', 'attackConvolutions'],
    ['training step', 'train', 'trainConvolutions'],
    ['evaluation', 'evaluate', null],
  ] as const;
  for (const [row, work, floor] of works) {
    const costs = await warmAndCompare(candidates, work);
    print(row, names, costs, work === 'evaluate' ? of.batch : 0);
    if (floor !== null)
      print('  its convolutions', ['ours'], await warmAndCompare(candidates.slice(0, 1), floor));
  }
}

/** Caches and the recording itself are not what is measured. */
async function warmAndCompare(candidates: readonly Candidate[], work: string): Promise<Cost[]> {
  await compare(candidates, { work, count: 3 }, 2);
  return compare(candidates, { work, count: 3 }, rounds);
}

async function steps(candidates: readonly Candidate[]): Promise<void> {
  for (const name of options.cases.split(',')) await measure(candidates, prepareCase(name, folder));
}

async function svd(candidates: readonly Candidate[]): Promise<void> {
  console.log('\nsingular values of all 55 convolutions of ResNet-56');
  const sides = candidates.slice(0, 2);
  const of = prepareCase('resnet-56', folder);
  for (const candidate of sides) await candidate.ask({ work: 'prepare', of });
  print('operator SVD', ['ours', 'NumPy'], await compare(sides, { work: 'svd' }, Math.min(rounds, 3)));
}

async function whole(candidates: readonly Candidate[]): Promise<void> {
  const of = prepareCase('quick', folder);
  const peer = candidates.length > 1 ? twin : null;
  console.log(`\n${of.title}: whole training, ${epochs} epochs of 240 pictures, ms per epoch`);
  for (const { row, names, costs } of await timeCells(of, epochs, ours, peer)) print(row, names, costs);
  const first = await timeFirstStep(of, [ours('1'), ...(peer === null ? [] : [peer('1')])]);
  print('start to first step', ['ours', 'PyTorch'], first);
}

async function portable(): Promise<void> {
  const of = prepareCase('quick', folder);
  console.log(`\nWebAssembly, ${of.title}`);
  const sides = await all([ours('1', 'wasm'), ours('1')]);
  for (const candidate of sides) await candidate.ask({ work: 'prepare', of });
  for (const work of ['attack', 'train']) {
    print(`${work} step`, ['WebAssembly', 'native'], await warmAndCompare(sides, work));
  }
  end(sides);
}

const end = (candidates: readonly Candidate[]): void => {
  for (const candidate of candidates) candidate.end();
};
const load = (): string =>
  `load ${loadavg()
    .map((each) => each.toFixed(1))
    .join(' ')}`;

try {
  console.log(`${cpus().length} cores, ${options.threads} thread(s), ${load()} at the start`);
  line([''.padEnd(22) + 'median of runs in turns', 'wall ms', 'CPU ms', 'CPU ratio', 'wall ratio', '']);
  const layouts = ['default', 'channels_last', ...(options.compiled ? ['compiled'] : [])];
  const candidates = await all([
    ours(options.threads),
    ...layouts.map((layout) => twin(options.threads, layout)),
  ]);
  if (candidates.length === 1)
    console.log(
      'no peer: give --python a Python that has torch and numpy (see the head of bench/tf/bench.ts)',
    );
  const sections = { steps, svd, whole, portable };
  for (const name of options.sections.split(',')) {
    const section = sections[name as keyof typeof sections] as
      (typeof sections)[keyof typeof sections] | undefined;
    if (!section) throw new Error(`--sections ${name} is none of ${Object.keys(sections).join(', ')}`);
    await section(candidates);
  }
  end(candidates);
  console.log(`\n${load()} at the end`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
