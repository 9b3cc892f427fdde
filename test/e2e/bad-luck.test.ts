/** Interruptions, crashes, two runs at once, damaged and deleted files: what is finished stays, and nothing needs cleaning up. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { Project, runOf } from './project.ts';
import { resumableStudy } from './resumable.ts';

const projects: Project[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.close();
});

/** data → train (waits before its third epoch until the file `go` is there) → report. */
function slowStudy(): Project {
  const project = new Project(
    resumableStudy(`import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineStage } from 'ar-pipe';

export default defineStage({
  needs: { data: 'data.txt' },
  outputs: ['weights.txt'],
  env: ['GO'],
  random: true,
  async run({ needs, out, seed, log, checkpoint, signal }) {
    log(\`pid \${process.pid}\`);
    const found = checkpoint.latest;
    let { epoch, weights } = found
      ? (JSON.parse(readFileSync(join(found, 'state.json'), 'utf8')) as { epoch: number; weights: string })
      : { epoch: 0, weights: readFileSync(needs.data, 'utf8') + seed };
    for (; epoch < 5; epoch++) {
      log(\`epoch \${epoch}\`);
      if (epoch === 3)
        while (!existsSync(process.env['GO']!)) {
          signal.throwIfAborted();
          await new Promise((later) => setTimeout(later, 10));
        }
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
  projects.push(project);
  return project;
}

const goPath = (project: Project): string => project.path('go');
const go = (project: Project): void => {
  writeFileSync(goPath(project), '');
};
const envOf = (project: Project): { GO: string } => ({ GO: goPath(project) });

const trainLog = async (project: Project): Promise<string> => (await project.ap(['log', 'train'])).stdout;

/** Runs until the third epoch is waited for. */
async function untilEpoch3(project: Project) {
  const running = project.start(['run', '--json'], envOf(project));
  await running.saw('"step":"train","key"');
  const logs = project.path('cache/logs/train');
  const text = (): string =>
    existsSync(logs)
      ? readdirSync(logs)
          .map((name) => readFileSync(join(logs, name), 'utf8'))
          .join('')
      : '';
  await expect.poll(text, { interval: 20 }).toContain('epoch 3');
  return { running, worker: Number(/pid (\d+)/.exec(text())![1]) };
}

const alive = (pid: number): boolean => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

test.each<[NodeJS.Signals, number]>([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])(
  '%s ends the run with %d: running steps are stopped, the rest is not run, all goes on later',
  async (signal, code) => {
    const project = slowStudy();
    const { running, worker } = await untilEpoch3(project);
    running.child.kill(signal);
    const run = runOf(await running.ended);
    expect(run.status).toBe(code);
    expect(run.outcomes).toEqual({ data: 'built', train: 'failed', report: 'not-run' });
    expect(
      run.events.find((event) => event.event === 'step-finished' && event.step === 'train'),
    ).toMatchObject({
      failure: { reason: 'stopped' },
    });
    expect(run.events.at(-1)).toMatchObject({ event: 'run-finished', ok: false });
    expect(alive(worker)).toBe(false);
    // Not a failure of its own: it is as stale as before.
    expect(await project.json(['status'], envOf(project))).toMatchObject({
      counts: { fresh: 1, stale: 1, pending: 1, failed: 0 },
    });
    go(project);
    const again = await project.run([], envOf(project));
    expect(again.outcomes).toEqual({ data: 'reused', train: 'built', report: 'built' });
    expect(await trainLog(project)).toMatch(/^pid \d+\nepoch 3\nepoch 4\n$/);
  },
);

test('kill -9 in mid-run: no worker stays, finished steps are kept, a checkpoint goes on to the same bytes', async () => {
  const whole = slowStudy();
  const project = slowStudy();
  const { running, worker } = await untilEpoch3(project);
  running.child.kill('SIGKILL');
  await running.ended;
  await expect.poll(() => alive(worker), { interval: 20 }).toBe(false);
  go(project);
  const again = await project.run([], envOf(project));
  expect(again.status).toBe(0);
  expect(again.outcomes).toEqual({ data: 'reused', train: 'built', report: 'built' });
  expect(await trainLog(project)).toMatch(/^pid \d+\nepoch 3\nepoch 4\n$/);

  // The same without interruption; the variable is part of the key, but not of the bytes.
  go(whole);
  await whole.run([], envOf(whole));
  expect(await trainLog(whole)).toMatch(/epoch 0\nepoch 1\nepoch 2\nepoch 3\nepoch 4\n$/);
  expect(project.read('artifacts/report/report.txt')).toBe(whole.read('artifacts/report/report.txt'));
});

test('sources edited during a run change the next run, never this one', async () => {
  const project = slowStudy();
  const { running } = await untilEpoch3(project);
  project.edit(
    'stages/report.ts',
    'copyFileSync(needs',
    "throw new Error('edited');\n    copyFileSync(needs",
  );
  project.edit('stages/train.ts', 'epoch < 5', 'epoch < 4');
  go(project);
  const run = runOf(await running.ended);
  expect([run.status, run.built]).toEqual([0, ['data', 'report', 'train']]);
  expect(await trainLog(project)).toContain('epoch 4');
  const next = await project.run([], envOf(project));
  expect(next.outcomes).toEqual({ data: 'reused', train: 'built', report: 'failed' });
});

test('two runs at once build each step once', async () => {
  const project = slowStudy();
  const { running } = await untilEpoch3(project);
  const second = project.start(['run', '--json'], envOf(project));
  await second.saw('train is being built by');
  go(project);
  const runs = [runOf(await running.ended), runOf(await second.ended)];
  expect(runs.map(({ status }) => status)).toEqual([0, 0]);
  expect(runs.flatMap(({ built }) => built).sort()).toEqual(['data', 'report', 'train']);
});

test('a flipped byte in the store is set aside, said once, and made again', async () => {
  const project = slowStudy();
  go(project);
  await project.run([], envOf(project));
  const good = project.read('artifacts/report/report.txt');
  const shown = (await project.json(['show', 'report'], envOf(project))) as {
    outputs: Record<string, { digest: string }>;
  };
  const { digest } = shown.outputs['report.txt']!;
  const objects = project.path('cache/v1/objects');
  const object = join(objects, digest.slice(0, 2), digest.slice(2));
  chmodSync(object, 0o644);
  writeFileSync(object, `X${good.slice(1)}`);
  rmSync(project.path('artifacts'), { recursive: true });

  const repaired = await project.run([], envOf(project));
  expect(repaired.status).toBe(0);
  expect(repaired.stderr.match(/set aside/g)).toHaveLength(1);
  expect(project.read('artifacts/report/report.txt')).toBe(good);
  const after = await project.run([], envOf(project));
  expect(after.built).toEqual([]);
  expect(after.stderr).toBe('');
});

test('deleted artifacts are copied again, a deleted cache is built again', async () => {
  const project = slowStudy();
  go(project);
  await project.run([], envOf(project));
  const good = project.read('artifacts/report/report.txt');
  rmSync(project.path('artifacts/report/report.txt'));
  expect((await project.run([], envOf(project))).built).toEqual([]);
  expect(project.read('artifacts/report/report.txt')).toBe(good);
  rmSync(project.path('cache'), { recursive: true });
  expect((await project.run([], envOf(project))).built).toHaveLength(3);
  expect(project.read('artifacts/report/report.txt')).toBe(good);
});

test('a cache deleted during a run costs that run at most, never the next', async () => {
  const project = slowStudy();
  const { running } = await untilEpoch3(project);
  rmSync(project.path('cache'), { recursive: true, force: true });
  go(project);
  const run = runOf(await running.ended);
  expect([0, 1]).toContain(run.status);
  const next = await project.run([], envOf(project));
  expect(next.status).toBe(0);
  expect(existsSync(project.path('artifacts/report/report.txt'))).toBe(true);
});

test('a store that cannot be written is refused in a sentence', async () => {
  const project = slowStudy();
  project.write({ occupied: '' });
  const { status, stderr } = await project.ap(['run'], {
    ...envOf(project),
    AR_PIPE_CACHE: 'occupied/store',
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/occupied\/store/);
  expect(stderr).toMatch(/AR_PIPE_CACHE/);
  expect(stderr).not.toMatch(/^ +at /m);
});

test('a cache that cannot be written is refused in a sentence', async () => {
  const project = slowStudy();
  project.write({ cache: '' });
  const { status, stderr } = await project.ap(['status']);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^ar-pipe: cache\/code cannot be written: /);
  expect(stderr).not.toMatch(/^ +at |bug/m);
});

test('two runs of two checkouts never compute on the same GPU, nor wait for each other for ever', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-gpus-')));
  // A step fails where another computes on one of its cards.
  const work = (name: string): string =>
    `for g in $(echo $CUDA_VISIBLE_DEVICES | tr , " "); do mkdir ${folder}/in-use-$g || exit 9; done; echo ${name} > {out.o}; ` +
    `for g in $(echo $CUDA_VISIBLE_DEVICES | tr , " "); do rmdir ${folder}/in-use-$g; done`;
  const checkout = (name: string): Project =>
    new Project({
      'pipeline.ts': `import { command, pipeline, step } from 'ar-pipe';

const on = (i: number, gpus: number) =>
  step(\`s/\${i}\`, command({ run: \`${work(`${name} $(echo \${i})`)}\`, outputs: { o: 'o.txt' } }), { resources: { gpus } });
export default pipeline({ targets: () => ({ all: Array.from({ length: 12 }, (_, i) => on(i, 1 + (i % 2))) }) });
`,
    });
  const both = [checkout('left'), checkout('right')];
  projects.push(...both);
  const env = { CUDA_VISIBLE_DEVICES: '0,1', AR_PIPE_GPU_LEASES: join(folder, 'leases') };
  const runs = await Promise.all(both.map((project) => project.run(['-j', '4'], env)));
  expect(runs.map(({ status }) => status)).toEqual([0, 0]);
  expect(runs.map(({ built }) => built.length)).toEqual([12, 12]);
  expect(readdirSync(join(folder, 'leases'))).toEqual([]);
  rmSync(folder, { recursive: true });
});

test.skipIf(!existsSync('/dev/full'))('what cannot be told ends no run', async () => {
  const project = slowStudy();
  go(project);
  const shell = async (redirect: string): Promise<number | null> => {
    const under = ['sh', '-c', `exec "$@" ${redirect}`, 'sh'];
    return (await project.start(['run', '--json'], envOf(project), under).ended).status;
  };
  // Messages may get lost; results that were asked for may not, without a word.
  expect(await shell('2>/dev/full')).toBe(0);
  expect(await shell('>/dev/full')).toBe(1);
  expect((await project.run([], envOf(project))).built).toEqual([]);
});

test('too many open files are named', async () => {
  const project = slowStudy();
  go(project);
  const under = ['sh', '-c', 'ulimit -n 40; exec "$@"', 'sh'];
  const { status, stderr } = await project.start(['run'], envOf(project), under).ended;
  // How many Node needs by itself differs from version to version.
  if (status !== 0)
    expect([status, stderr]).toEqual([2, expect.stringMatching(/too many open files\n {2}raise the limit/)]);
  expect(stderr).not.toMatch(/bug in ar-pipe/);
});

/** A folder of the user's, and a pipeline whose steps put links to it in the places of their own folders. */
function linking(): { project: Project; kept: string; whole: () => boolean } {
  const kept = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-kept-')));
  mkdirSync(join(kept, 'o.txt'));
  for (const name of ['a.txt', 'o.txt/b.txt']) writeFileSync(join(kept, name), 'precious');
  const project = new Project({
    'pipeline.ts': `import { command, pipeline, step } from 'ar-pipe';

const source = step('source', command({ run: 'echo source > {out.o}', outputs: { o: 'o.txt' } }));
const use = (name: string, run: string) =>
  step(name, command({ run, needs: { source: 'o.txt' }, outputs: { o: 'o.txt' } }), { needs: { source } });
const after = use('after', 'cat {needs.source} > {out.o}; echo after >> {out.o}');
export default pipeline({
  targets: () => ({
    after,
    'with-out': [use('out', 'rm -rf out; ln -s ${kept} out'), after],
    'with-in': [use('in', 'rm -rf in; ln -s ${kept} in; echo in > {out.o}'), after],
    'with-need': [use('need', 'rm -rf in/source; ln -s ${kept} in/source; echo need > {out.o}'), after],
    'with-beside': use('beside', 'ln -s ${kept} beside; echo \$\$; sleep 60; false'),
  }),
});
`,
  });
  projects.push(project);
  onTestFinished(() => {
    rmSync(kept, { recursive: true });
  });
  const whole = (): boolean =>
    readFileSync(join(kept, 'a.txt'), 'utf8') + readFileSync(join(kept, 'o.txt/b.txt'), 'utf8') ===
    'preciousprecious';
  return { project, kept, whole };
}

test.each([
  ['out', { source: 'built', out: 'failed', after: 'built' }],
  ['in', { source: 'built', in: 'built', after: 'built' }],
  ['need', { source: 'built', need: 'built', after: 'built' }],
])(
  "a step that puts a link in the place of '%s': what it leads to is neither emptied nor written to",
  async (target, outcomes) => {
    const { project, kept, whole } = linking();
    const run = await project.run([`with-${target}`, 'after', '-j', '1', '-k']);
    expect(run.outcomes).toEqual(outcomes);
    expect(project.read(`artifacts/after/o.txt`)).toBe('source\nafter\n');
    expect([whole(), readdirSync(kept).sort()]).toEqual([true, ['a.txt', 'o.txt']]);
  },
);

test('what a killed step linked to is not swept with its folder', async () => {
  const { project, whole } = linking();
  const running = project.start(['run', 'with-beside', '--json']);
  await running.saw('"step":"beside","key"');
  const logs = project.path('cache/logs/beside');
  await expect.poll(() => existsSync(logs) && readdirSync(logs).length > 0, { interval: 20 }).toBe(true);
  running.child.kill('SIGKILL');
  await running.ended;
  expect((await project.run(['with-in'])).status).toBe(0);
  expect(whole()).toBe(true);
});
