/**
 * How fast a PGD step and a training step are, beside PyTorch: ResNet-20 (n = 3, widths 16-32-64, no batch norm, option A),
 * batch 128, 32x32. Run it from the project's folder:
 *
 *     npx esbuild bench/tf/bench.ts bench/tf/ours.ts --bundle --platform=node --format=esm --packages=external \
 *       --alias:ar-pipe/tf=./src/tf/index.ts --outdir=node_modules/.cache/bench --out-extension:.js=.mjs
 *     node node_modules/.cache/bench/bench.mjs [--threads 1,2] [--rounds 8] [--steps 2] [--blocks 3] [--python python3]
 *
 * PyTorch is optional: `python3 -m venv venv && venv/bin/pip install torch==2.13.0`, then `--python venv/bin/python`.
 * All candidates stay alive and take turns (A, B, C, D, A, …), so that a noisy moment hits all of them. Wall time is the
 * fastest step, CPU time (user + system) the mean over all; with other work on the machine only the CPU time means something.
 */
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

interface Candidate {
  readonly name: string;
  readonly run: (kind: string, count: number) => Promise<{ wall: number; cpu: number }>;
  readonly end: () => void;
}

async function start(name: string, command: string, args: readonly string[]): Promise<Candidate | null> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const failed = new Promise<null>((resolve) => {
    child.once('error', () => {
      resolve(null);
    });
    child.once('exit', () => {
      resolve(null);
    });
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    return line.done ? null : JSON.parse(line.value);
  };
  const ready = (await Promise.race([next(), failed])) as { ready: string } | null;
  if (!ready) return null;
  return {
    name: `${ready.ready}, ${name}`,
    run: async (kind, count) => {
      child.stdin.write(`${kind} ${count}\n`);
      const answer = (await next()) as { wall: number; cpu: number } | null;
      if (!answer) throw new Error(`${name} ended in the middle of a measurement`);
      return answer;
    },
    end: () => {
      child.stdin.end();
    },
  };
}

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '8' },
    steps: { type: 'string', default: '2' },
    blocks: { type: 'string', default: '3' },
    batch: { type: 'string', default: '128' },
    python: { type: 'string', default: 'python3' },
  },
});
const load = (): string => `load ${loadavg()[0]!.toFixed(1)}`;

async function compare(threads: string): Promise<void> {
  const ours = join(import.meta.dirname, 'ours.mjs');
  const twin = join(process.cwd(), 'bench/tf/torch_twin.py');
  const shape = [values.blocks, values.batch];
  const started = await Promise.all([
    start('default', values.python, [twin, threads, 'default', ...shape]),
    start('channels_last', values.python, [twin, threads, 'channels_last', ...shape]),
    start('eager', process.execPath, [ours, threads, 'eager', ...shape]),
    start('replay', process.execPath, [ours, threads, 'replay', ...shape]),
  ]);
  const candidates = started.filter((candidate) => candidate !== null);
  const withTorch = started[0] !== null;
  if (!withTorch)
    console.log(
      'PyTorch is not there, so there is nothing to compare with: give --python a python that has torch',
    );

  console.log(
    `\n${threads} thread${threads === '1' ? '' : 's'}, batch ${values.batch}, ${load()} at the start`,
  );
  for (const kind of ['attack', 'train']) {
    const results = candidates.map(() => ({ wall: Infinity, cpu: 0 }));
    // Caches, autotuning and the recording itself are not what is measured.
    for (const candidate of candidates) await candidate.run(kind, 3);
    const rounds = Number(values.rounds);
    for (let round = 0; round < rounds; round++) {
      for (const [k, candidate] of candidates.entries()) {
        const { wall, cpu } = await candidate.run(kind, Number(values.steps));
        const result = results[k]!;
        result.wall = Math.min(result.wall, wall);
        result.cpu += cpu / rounds;
      }
    }
    console.log(
      `${kind} step                        wall ms   CPU ms${withTorch ? '   CPU ratio to default, to channels_last' : ''}`,
    );
    for (const [k, { wall, cpu }] of results.entries()) {
      const ratios = withTorch
        ? results.slice(0, 2).map((torch) => (cpu / torch.cpu).toFixed(2).padStart(8))
        : [];
      console.log(
        `  ${candidates[k]!.name.padEnd(32)}${wall.toFixed(0).padStart(7)}${cpu.toFixed(0).padStart(9)}${ratios.join('')}`,
      );
    }
  }
  console.log(`${load()} at the end`);
  for (const candidate of candidates) candidate.end();
}

for (const threads of values.threads.split(',')) await compare(threads);
