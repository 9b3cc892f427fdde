/** The main process and its worker killed at the same instant, as by the machine's memory killer, or a cluster that wants its node back. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyStore } from '../../src/store/verify.ts';
import { Project } from './project.ts';
import { resumableStudy } from './resumable.ts';

const epochs = 5;

/** data → train, which takes its time and saves a large checkpoint after each epoch → report. */
const study = (): Project =>
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
    log(\`pid \${process.pid}\`);
    const found = checkpoint.latest;
    let { epoch, weights } = found
      ? (JSON.parse(readFileSync(join(found, 'state.json'), 'utf8')) as { epoch: number; weights: string })
      : { epoch: 0, weights: readFileSync(needs.data, 'utf8') + seed };
    if (found && readFileSync(join(found, 'large'), 'utf8') !== weights.repeat(1e4)) throw new Error('half a checkpoint');
    for (; epoch < ${epochs}; epoch++) {
      log(\`epoch \${epoch}\`);
      await new Promise((later) => setTimeout(later, 20));
      weights = createHash('sha256').update(weights + epoch).digest('hex');
      log(\`save \${epoch}\`);
      await checkpoint.save((folder) => {
        writeFileSync(join(folder, 'state.json'), JSON.stringify({ epoch: epoch + 1, weights }));
        writeFileSync(join(folder, 'large'), weights.repeat(1e4));
      });
    }
    writeFileSync(out('weights.txt'), weights.repeat(1e5));
    log('done');
  },
});
`),
  );
const result = 'artifacts/report/report.txt';

let good: string;
const open: Project[] = [];
beforeAll(async () => {
  const project = study();
  open.push(project);
  expect((await project.run()).status).toBe(0);
  good = project.read(result);
});
afterAll(() => {
  for (const project of open) project.close();
});

const logsOf = (project: Project): string[] => {
  const folder = project.path('cache/logs/train');
  return existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => readFileSync(join(folder, name), 'utf8'))
    : [];
};

test.each([
  ['epoch 0', 0],
  ['save 0', 0],
  ['epoch 2', 2],
  [`save ${epochs - 1}`, epochs - 1],
  ['done', epochs],
])(
  "at '%s' of its log: the next run goes on from checkpoint %d or later, to the same bits",
  async (moment, saved) => {
    const project = study();
    open.push(project);
    const { child, ended } = project.start(['run', '--json']);
    await expect.poll(() => logsOf(project).join(''), { interval: 1 }).toContain(`${moment}\n`);
    const worker = Number(/pid (\d+)/.exec(logsOf(project)[0]!)![1]);
    // Neither may do anything between the two deaths.
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const)
      for (const pid of [child.pid!, worker]) {
        try {
          process.kill(pid, signal);
        } catch {
          // It had just finished its work.
        }
      }
    await ended;
    const before = logsOf(project)[0]!.match(/epoch \d/g)!.length;
    expect(await verifyStore(project.path('cache'))).toMatchObject({ damaged: [], lost: [] });

    const again = await project.run();
    expect([again.status, again.outcomes['data']]).toEqual([0, 'reused']);
    expect(project.read(result)).toBe(good);
    const resumed = /epoch (\d)/.exec(logsOf(project)[1] ?? '');
    // Where it got to the end before it died there is nothing to go on with.
    expect(Number(resumed?.[1] ?? epochs)).toBeGreaterThanOrEqual(saved);
    expect(Number(resumed?.[1] ?? epochs)).toBeGreaterThanOrEqual(before - 1);
  },
);
