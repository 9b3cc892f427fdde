/**
 * kill -9 at every system call that changes the disk: the next run needs no cleaning up, repeats nothing that was finished, goes
 * on from the last checkpoint, and ends with the same bits. A sample of the points by default; another number, or all of them, with
 *
 *     AR_PIPE_KILL_SWEEP=all npx vitest run --project e2e test/e2e/kill-sweep.test.ts
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  canTrace,
  checkpointPointsOf,
  killing,
  pointsOf,
  pointText,
  sampled,
  steady,
  traceLog,
  tracing,
  wasKilled,
  type KillPoint,
} from './kill-points.ts';
import { verifyStore } from '../../src/store/verify.ts';
import { Project, runOf } from './project.ts';
import { resumableStudy } from './resumable.ts';

const asked = process.env['AR_PIPE_KILL_SWEEP'];
/** Of changes of names; a third as many each of writes, and of changes of checkpoints. */
const sampleSize = asked === 'all' ? Infinity : Number(asked ?? 6);
const epochs = 3;

/** data → train, which saves a checkpoint after each epoch → report. */
const resumable = (): Project =>
  new Project(
    resumableStudy(`import { createHash } from 'node:crypto';
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
    writeFileSync(out('weights.txt'), weights);
  },
});
`),
  );

const arguments_ = ['run', '-j', '1', '--json'];
const result = 'artifacts/report/report.txt';

/** A whole run: its result, and all points at which one can die. */
async function wholeRun(): Promise<{ bits: string; points: KillPoint[] }> {
  const project = resumable();
  const log = traceLog();
  try {
    const run = runOf(await project.start(arguments_, steady, tracing(log.path)).ended);
    expect(run.built).toHaveLength(3);
    const points = [...pointsOf(log.path), ...checkpointPointsOf(log.path, project.folder)];
    return { bits: project.read(result), points };
  } finally {
    log.dispose();
    project.close();
  }
}

/** What is wrong after a death at this point and one more run; `killed` is false where it was not reached. */
async function dieAt(point: KillPoint, bits: string): Promise<{ killed: boolean; wrong: string[] }> {
  const project = resumable();
  const log = traceLog();
  try {
    const dead = runOf(
      await project.start(arguments_, steady, killing(point, project.folder, log.path)).ended,
    );
    const killed = wasKilled(log.path);
    const next = await project.run(['-j', '1']);
    const wrong: string[] = [];
    if (next.status !== 0) wrong.push(`the next run ended with ${next.status}: ${next.stdout}${next.stderr}`);
    if (/set aside/.test(next.stderr)) wrong.push(`the next run found damage: ${next.stderr}`);
    const repeated = next.built.filter((step) => dead.outcomes[step] === 'built');
    if (repeated.length > 0) wrong.push(`finished steps ran again: ${repeated.join(', ')}`);
    if (!existsSync(project.path(result)) || project.read(result) !== bits) wrong.push('other bits');
    const ran = epochsRun(project);
    if (ran > epochs + 1) wrong.push(`${ran} epochs were run`);
    const { damaged, lost } = await verifyStore(project.path('cache'));
    if (damaged.length + lost.length > 0) wrong.push(`verify found ${JSON.stringify({ damaged, lost })}`);
    return { killed, wrong };
  } finally {
    log.dispose();
    project.close();
  }
}

function epochsRun(project: Project): number {
  const folder = project.path('cache/logs/train');
  const logs = existsSync(folder) ? readdirSync(folder) : [];
  return logs.flatMap((name) => readFileSync(join(folder, name), 'utf8').match(/^epoch/gm) ?? []).length;
}

describe.skipIf(!canTrace)('kill -9 (needs strace)', () => {
  test('at any change of the disk loses nothing, and the next run needs no help', async () => {
    const { bits, points } = await wholeRun();
    // What goes to pipes changes no disk, and its number differs from run to run.
    const certain = points.filter(({ call }) => call !== 'write');
    expect(certain.length).toBeGreaterThan(80);
    const chosen = [
      ...sampled(
        certain.filter(({ path }) => path === undefined),
        sampleSize,
      ),
      ...sampled(
        points.filter(({ call }) => call === 'write'),
        sampleSize / 3,
      ),
      ...sampled(
        certain.filter(({ path }) => path !== undefined),
        sampleSize / 3,
      ),
    ];
    const problems: string[] = [];
    let missed = 0;
    for (const point of chosen) {
      const { killed, wrong } = await dieAt(point, bits);
      if (!killed && point.call !== 'write') missed++;
      if (asked !== undefined)
        console.info(
          `${killed ? 'killed at' : 'not reached:'} ${pointText(point)}: ${wrong.join('; ') || 'nothing lost'}`,
        );
      problems.push(...wrong.map((each) => `${pointText(point)}: ${each}`));
    }
    expect(problems).toEqual([]);
    expect(missed).toBe(0);
  }, 3600_000);

  test('would show that a tool that records first and writes in place is wrong', () => {
    const tool = join(import.meta.dirname, 'naive-tool.mjs');
    const log = traceLog();
    const folders: string[] = [];
    const run = (folder: string, under: readonly string[] = []): number | null => {
      const [program, ...rest] = [...under, process.execPath, tool];
      return spawnSync(program, rest, { cwd: folder, env: { ...process.env, ...steady } }).status;
    };
    const fresh = (): string => {
      folders.push(mkdtempSync(join(tmpdir(), 'ar-pipe-naive-')));
      return folders.at(-1)!;
    };
    try {
      expect(run(fresh(), tracing(log.path))).toBe(0);
      const points = pointsOf(log.path).filter(({ call }) => call.startsWith('rename'));
      expect(points.length).toBeGreaterThan(1);
      const wrong = points.filter((point) => {
        const folder = fresh();
        run(folder, killing(point, folder, log.path));
        expect(wasKilled(log.path)).toBe(true);
        return run(folder) !== 0 || readFileSync(join(folder, 'result'), 'utf8') !== 'dataweights';
      });
      expect(wrong).toEqual(points);
    } finally {
      log.dispose();
      for (const folder of folders) rmSync(folder, { recursive: true });
    }
  });
});
