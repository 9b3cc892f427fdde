/**
 * kill -9 at every system call that changes the disk: the next run needs no cleaning up, repeats nothing that was finished, goes
 * on from the last checkpoint, and ends with the same bits. A sample of the points by default; another number, or all of them, with
 *
 *     AR_PIPE_KILL_SWEEP=all npx vitest run --project e2e test/e2e/kill-sweep.test.ts
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  canTrace,
  pointsOf,
  pointText,
  poolPointsOf,
  sampled,
  traced,
  wasKilled,
  type KillPoint,
  type Victim,
} from './kill-points.ts';
import { verifyStore } from '../../src/store/verify.ts';
import { Project, runOf, type RunEnded } from './project.ts';

const asked = process.env['AR_PIPE_KILL_SWEEP'];
/** Of each victim's points. */
const sampleSize = asked === 'all' ? Infinity : Number(asked ?? 4);
const epochs = 2;

/** data → train, which saves a checkpoint after each epoch. Small, since it is killed at each of its calls. */
const resumable = (): Project =>
  new Project({
    'stages/data.ts': `import { writeFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';

export default defineStage({
  outputs: ['data.txt'],
  run({ out }) {
    writeFileSync(out('data.txt'), 'data');
  },
});
`,
    'stages/train.ts': `import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineStage } from 'ar-pipe';

export default defineStage({
  needs: { data: 'data.txt' },
  outputs: ['weights.txt'],
  random: true,
  async run({ needs, out, seed, log, checkpoint }) {
    const found = checkpoint.latest;
    let { epoch, weights } = found
      ? (JSON.parse(readFileSync(join(found, 'state.json'), 'utf8')) as { epoch: number; weights: string })
      : { epoch: 0, weights: readFileSync(needs.data, 'utf8') + seed };
    for (; epoch < ${epochs}; epoch++) {
      log(\`epoch \${epoch}\`);
      weights = createHash('sha256').update(weights + epoch).digest('hex');
      await checkpoint.save((folder) => {
        writeFileSync(join(folder, 'state.json'), JSON.stringify({ epoch: epoch + 1, weights }));
      });
    }
    // Large enough for its copy to be made by another thread.
    writeFileSync(out('weights.txt'), weights.repeat(20_000));
  },
});
`,
    'pipeline.ts': `import { pipeline, step } from 'ar-pipe';
import data from './stages/data.ts';
import train from './stages/train.ts';

export default pipeline({ targets: () => ({ train: step('train', train, { needs: { data: step('data', data) } }) }) });
`,
  });

const result = 'artifacts/train/weights.txt';

/** A run of which one thread is watched, or killed at a point. */
async function runTraced(
  project: Project,
  victim: Victim,
  point?: KillPoint,
): Promise<{ run: RunEnded; log: string }> {
  const trace = traced(victim, point);
  try {
    const run = runOf(await project.start(['run', '-j', '1', '--json'], trace.env, trace.under).ended);
    return { run, log: trace.log() };
  } finally {
    trace.dispose();
  }
}

/** A whole run's log, and its result. */
async function wholeRun(victim: Victim): Promise<{ bits: string; log: string }> {
  const project = resumable();
  try {
    const { run, log } = await runTraced(project, victim);
    expect(run.built).toHaveLength(2);
    return { bits: project.read(result), log };
  } finally {
    project.close();
  }
}

interface Death {
  readonly point: KillPoint;
  readonly killed: boolean;
  /** How many epochs the next run had to compute. */
  readonly resumed: number;
  readonly wrong: readonly string[];
}

/** A death at this point and one more run. */
async function dieAt(point: KillPoint, bits: string): Promise<Death> {
  const project = resumable();
  try {
    const { run: dead, log } = await runTraced(project, point.victim, point);
    const before = epochsRun(project);
    const next = await project.run(['-j', '1']);
    const ran = epochsRun(project);
    const wrong: string[] = [];
    if (next.status !== 0) wrong.push(`the next run ended with ${next.status}: ${next.stdout}${next.stderr}`);
    if (/set aside/.test(next.stderr)) wrong.push(`the next run found damage: ${next.stderr}`);
    const repeated = next.built.filter((step) => dead.outcomes[step] === 'built');
    if (repeated.length > 0) wrong.push(`finished steps ran again: ${repeated.join(', ')}`);
    if (!existsSync(project.path(result)) || project.read(result) !== bits) wrong.push('other bits');
    if (ran > epochs + 1) wrong.push(`${ran} epochs were run`);
    const { damaged, lost } = await verifyStore(project.path('cache'));
    if (damaged.length + lost.length > 0) wrong.push(`verify found ${JSON.stringify({ damaged, lost })}`);
    return { point, killed: wasKilled(log), resumed: ran - before, wrong };
  } finally {
    project.close();
  }
}

function epochsRun(project: Project): number {
  const folder = project.path('cache/logs/train');
  const logs = existsSync(folder) ? readdirSync(folder) : [];
  return logs.flatMap((name) => readFileSync(join(folder, name), 'utf8').match(/^epoch/gm) ?? []).length;
}

/** As many at once as there are cores. */
async function dieAtEach(points: readonly KillPoint[], bits: string): Promise<Death[]> {
  const deaths: Death[] = [];
  const left = [...points];
  const lane = async (): Promise<void> => {
    for (let point = left.shift(); point; point = left.shift()) {
      const death = await dieAt(point, bits);
      deaths.push(death);
      if (asked !== undefined) console.info(deathText(death));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return deaths;
}

const deathText = ({ point, killed, wrong }: Death): string =>
  `${pointText(point)}: ${killed ? 'killed' : 'not reached'}, ${wrong.join('; ') || 'nothing lost'}`;

describe.skipIf(!canTrace)('kill -9 (needs strace)', () => {
  test.each<{ victim: Victim; atLeast: number }>([
    { victim: 'main', atLeast: 80 },
    { victim: 'worker', atLeast: 15 },
    { victim: 'pool', atLeast: 2 },
  ])(
    'of $victim at any change of the disk loses nothing, and the next run needs no help',
    async ({ victim, atLeast }) => {
      const { bits, log } = await wholeRun(victim);
      const points = victim === 'pool' ? poolPointsOf(log) : pointsOf(victim, log);
      expect(points.length).toBeGreaterThanOrEqual(atLeast);
      const deaths = await dieAtEach(sampled(points, sampleSize), bits);
      expect(deaths.filter(({ wrong }) => wrong.length > 0).map(deathText)).toEqual([]);
      // How often threads are woken by a write differs from run to run, so the last writes may come earlier.
      const missed = deaths.filter(({ killed, point }) => !killed && point.call !== 'write');
      expect(missed.map(deathText)).toEqual([]);
      if (asked !== undefined) {
        const kills = deaths.filter(({ killed }) => killed).length;
        const resumed = deaths.filter((death) => death.resumed > 0 && death.resumed < epochs).length;
        const sum = `${points.length} calls traced, ${deaths.length} tried, ${kills} killed, 0 lost anything`;
        console.info(`${victim}: ${sum}; ${resumed} went on from a checkpoint`);
      }
    },
    3600_000,
  );

  test('would show that a tool that records first and writes in place is wrong', () => {
    const tool = join(import.meta.dirname, 'naive-tool.mjs');
    const folders: string[] = [];
    const run = (folder: string, point?: KillPoint): { status: number | null; log: string } => {
      const trace = traced('main', point);
      const [program, ...rest] = [...trace.under, process.execPath, tool];
      const { status } = spawnSync(program, rest, { cwd: folder, env: { ...process.env, ...trace.env } });
      const log = trace.log();
      trace.dispose();
      return { status, log };
    };
    const fresh = (): string => {
      folders.push(mkdtempSync(join(tmpdir(), 'ar-pipe-naive-')));
      return folders.at(-1)!;
    };
    try {
      const points = pointsOf('main', run(fresh()).log).filter(({ call }) => call.startsWith('rename'));
      expect(points.length).toBeGreaterThan(1);
      const wrong = points.filter((point) => {
        const folder = fresh();
        expect(wasKilled(run(folder, point).log)).toBe(true);
        return run(folder).status !== 0 || readFileSync(join(folder, 'result'), 'utf8') !== 'dataweights';
      });
      expect(wrong).toEqual(points);
    } finally {
      for (const folder of folders) rmSync(folder, { recursive: true });
    }
  });
});
