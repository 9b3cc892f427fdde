import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleTo, fs, isRunning, patient, Rig, until } from './rig.ts';

const rig = new Rig();
afterAll(() => rig.close());

const waits = rig.bundle(
  `c.progress(0, null, 'x');
   await new Promise((resolve) => { const t = setInterval(() => {}, 1000); c.signal.addEventListener('abort', () => { clearInterval(t); resolve(); }); });
   c.log('asked to stop'); fs.writeFileSync(c.out('a.txt'), 'half');`,
  fs,
);
const writes = rig.bundle(`fs.writeFileSync(c.out('a.txt'), '')`, fs);
const spins = rig.bundle(`c.progress(0, null, 'x'); while (true);`);

/** Runs a job and stops it once it reports progress. */
async function stopAtProgress(bundle: string, pool = rig.pool()) {
  const stop = new AbortController();
  const ran = await rig.run(pool, rig.job(bundle), {
    signal: stop.signal,
    onProgress: () => {
      stop.abort();
    },
  });
  return { ran, pool };
}

describe('ending a job', () => {
  test('a stopped stage hears of it and is waited for no longer than it takes; what it still writes does not count', async () => {
    const { ran } = await stopAtProgress(waits, rig.pool(patient));
    expect(ran.failure?.reason).toBe('stopped');
    expect(ran.log).toContain('asked to stop');
  });

  test('one that does not listen is ended by force', async () => {
    const { ran, pool } = await stopAtProgress(spins);
    expect(ran.failure?.reason).toBe('stopped');
    await until('the worker is gone', () => !isRunning(ran.pid));
    expect((await rig.run(pool, rig.job(writes))).failure).toBeUndefined();
  });

  test('one that ignores SIGTERM is killed', async () => {
    const { ran } = await stopAtProgress(
      rig.bundle(`process.on('SIGTERM', () => {}); c.progress(0, null, 'x'); while (true);`),
    );
    expect(ran.failure?.reason).toBe('stopped');
    await until('the worker is gone', () => !isRunning(ran.pid));
  });

  test('a timeout ends a stage that ignores it, and its children', async () => {
    const bundle = rig.bundle(
      `const child = spawn('/bin/sh', ['-c', 'sleep 600']); fs.writeFileSync(c.params.pid, String(child.pid)); while (true);`,
      `${fs} import { spawn } from 'node:child_process';`,
    );
    const pid = join(rig.folder, 'child.pid');
    const pool = rig.pool();
    // Its process is there already: only the stage's own time counts.
    await rig.run(pool, rig.job(writes));
    const ran = await rig.run(pool, rig.job(bundle, { timeoutMs: 2000, params: { pid } }));
    expect(ran.failure).toMatchObject({
      reason: 'stage-timeout',
      message: expect.stringContaining('timeout of 2 s') as string,
    });
    await until('the child is gone', () => !isRunning(Number(readFileSync(pid, 'utf8'))));
  });

  test('a job that waits for its turn is stopped at once; no more than maxWorkers run', async () => {
    const pool = rig.pool({ maxWorkers: 1 });
    const first = new AbortController();
    const running = rig.run(pool, rig.job(waits), { signal: first.signal });
    const second = new AbortController();
    let started = false;
    const queued = rig.run(pool, rig.job(waits), { signal: second.signal, onWorker: () => (started = true) });
    second.abort();
    expect((await queued).failure?.reason).toBe('stopped');
    expect(started).toBe(false);
    first.abort();
    await running;
  });

  test('a job that comes while a place changes hands waits, too', async () => {
    const pool = rig.pool({ maxWorkers: 1 });
    const first = rig.run(pool, rig.job(writes));
    const second = rig.run(pool, rig.job(writes));
    const third = first.then(() => rig.run(pool, rig.job(writes)));
    // One place, one kind of job: two processes would mean that two jobs ran at a time.
    const ran = await Promise.all([first, second, third]);
    expect(new Set(ran.map(({ pid }) => pid)).size).toBe(1);
  });

  test('closing ends running and waiting jobs, and every process', async () => {
    const pool = rig.pool({ maxWorkers: 1 });
    let pid = 0;
    const running = rig.run(pool, rig.job(spins), { onWorker: (worker) => (pid = worker.pid) });
    const queued = rig.run(pool, rig.job(spins));
    await pool.close();
    expect((await running).failure?.reason).toBe('stopped');
    expect((await queued).failure?.reason).toBe('stopped');
    expect(isRunning(pid)).toBe(false);
    expect((await rig.run(pool, rig.job(spins))).failure?.reason).toBe('stopped');
  });
});

describe('when the main process dies', () => {
  /** A main process of its own, with one job that says so once it runs. */
  async function orphan(work: unknown, ready: string): Promise<number> {
    const main = rig.write(
      'main.mjs',
      `import { createPool } from ${JSON.stringify(bundleTo(rig.folder, 'pool.ts'))};
       const { workerPath, job } = JSON.parse(process.argv[2]);
       const pool = createPool({ workerPath, maxWorkers: 1 });
       void pool.run(job, { signal: new AbortController().signal, onProgress() {}, onWorker: (worker) => console.log(worker.pid) });`,
    );
    const input = JSON.stringify({ workerPath: rig.worker, job: { ...rig.job(''), work } });
    const child = spawn(process.execPath, [main, input], { stdio: ['ignore', 'pipe', 'inherit'] });
    const worker = await new Promise<number>((resolve) =>
      child.stdout.once('data', (text) => {
        resolve(Number(text));
      }),
    );
    await until('the job runs', () => existsSync(ready) && readFileSync(ready, 'utf8').endsWith('\n'));
    expect(isRunning(worker)).toBe(true);
    child.kill('SIGKILL');
    return worker;
  }

  test('its workers and their children die, also while a stage blocks its thread', async () => {
    const ready = join(rig.folder, 'ready-1');
    const bundle = rig.bundle(
      `const child = spawn('/bin/sh', ['-c', 'sleep 600']); fs.writeFileSync(${JSON.stringify(ready)}, child.pid + '\\n'); while (true);`,
      `${fs} import { spawn } from 'node:child_process';`,
    );
    const worker = await orphan({ kind: 'stage', bundle, sourceMap: null }, ready);
    const start = performance.now();
    await until('the worker is gone', () => !isRunning(worker));
    console.log(`worker gone ${(performance.now() - start).toFixed(0)} ms after its main process was killed`);
    await until('its child is gone', () => !isRunning(Number(readFileSync(ready, 'utf8'))));
  });

  test('a command and what it started die', async () => {
    const ready = join(rig.folder, 'ready-2');
    const worker = await orphan(
      { kind: 'command', run: `sleep 600 & echo $! > ${ready}; wait`, files: [] },
      ready,
    );
    await until('the worker is gone', () => !isRunning(worker));
    await until('the shell child is gone', () => !isRunning(Number(readFileSync(ready, 'utf8'))));
  });
});
