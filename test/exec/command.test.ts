import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Job } from '../../src/exec/executor.ts';
import { fs, isRunning, patient, Rig, until } from './rig.ts';

const rig = new Rig();
afterAll(() => rig.close());
const pool = rig.pool();
const sh = (run: string, more: Partial<Job> = {}, files: { name: string; path: string }[] = []) =>
  rig.run(pool, rig.job({ kind: 'command', run, files }, more));

describe('a command', () => {
  test('runs in its folder with its files, its needs and its environment only', async () => {
    const data = rig.write('data.txt', '12345');
    const path = rig.write(
      'tools/count.sh',
      `wc -c < in/data.txt; echo "$WORD"; env | cut -d= -f1 | sort | tr '\\n' ' '; echo noise >&2`,
    );
    const job = rig.job(
      {
        kind: 'command',
        run: 'sh helpers/count.sh > out/a.txt',
        files: [{ name: 'helpers/count.sh', path }],
      },
      { env: { PATH: process.env['PATH'] ?? '', WORD: 'hello' } },
    );
    const ran = await rig.run(pool, {
      ...job,
      links: [{ path: join(job.folder, 'in/data.txt'), to: data, isStored: false }],
    });
    expect(ran.failure).toBeUndefined();
    expect(ran.text('a.txt')).toMatch(
      /^5\nhello\nCUDA_VISIBLE_DEVICES (?:OLDPWD )?PATH PWD (?:SHLVL )?WORD (?:_ )?$/,
    );
    expect(ran.log).toBe('noise\n');
  });

  test('ends with the first command of several that fails', async () => {
    const ran = await sh('echo one > out/a.txt\nfalse\necho two >> out/a.txt');
    expect(ran.failure).toMatchObject({ reason: 'stage-exited' });
    expect((await sh('false || echo one > out/a.txt')).failure).toBeUndefined();
  });

  test('may be longer than an argument of a program', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `in/need/file-${i}.txt`).join(' ');
    const ran = await sh(
      `set -e\nfor name in ${names}; do last=$name; done\necho "$0 $# $last" > out/a.txt\nexit 0\nfalse`,
    );
    expect(ran.failure).toBeUndefined();
    expect(ran.text('a.txt')).toBe('sh 0 in/need/file-19999.txt\n');
  });

  test.each([
    ['a TMPDIR that is not there', { TMPDIR: '/nonexistent' }],
    ['a PATH with nothing on it', { PATH: '/nonexistent' }],
  ])('runs with %s', async (_, env) => {
    const pool = rig.pool({ maxWorkers: 1 });
    // A stage before it leaves the worker the job's TMPDIR.
    const before = rig.bundle(`fs.writeFileSync(c.out('a.txt'), '');`, fs);
    expect((await rig.run(pool, rig.job(before, { env }))).failure).toBeUndefined();
    const work: Job['work'] = { kind: 'command', run: 'echo said; echo x > out/a.txt', files: [] };
    const ran = await rig.run(pool, rig.job(work, { env }));
    expect(ran.failure).toBeUndefined();
    expect(ran.log).toBe('said\n');
  });

  test('opens its outputs by their names', async () => {
    const ran = await sh('echo one > /dev/stdout; echo two > /dev/stderr; echo x > out/a.txt');
    expect(ran.failure).toBeUndefined();
    expect(ran.log).toBe('one\ntwo\n');
  });

  test('has all it wrote in its own log, and nothing else, however fast it ends', async () => {
    const one = rig.pool({ maxWorkers: 1 });
    const command = (text: string): Job['work'] => ({
      kind: 'command',
      run: `yes ${text} | head -n 200000; echo x > out/a.txt`,
      files: [],
    });
    for (const text of ['first', 'second']) {
      const { log } = await rig.run(one, rig.job(command(text)));
      expect(log).toBe(`${text}\n`.repeat(200_000));
    }
  });

  test('finds nothing of how it was started', async () => {
    const run =
      'echo "$0 $# ${go-none} ${1-none}"; (: <&3) 2>/dev/null && echo open; cat; echo x > out/a.txt';
    expect((await sh(run)).log).toBe('sh 0 none none\n');
  });

  test('that draws random numbers finds its seed in the environment', async () => {
    const ran = await sh('echo "$AR_PIPE_SEED" > out/a.txt', { seed: 4021 });
    expect(ran.text('a.txt')).toBe('4021\n');
    const without = await sh('echo "none$AR_PIPE_SEED" > out/a.txt', { seed: null });
    expect(without.text('a.txt')).toBe('none\n');
  });

  test('that fails says its exit code and what it last wrote', async () => {
    const { failure, log } = await sh(`for i in 1 2 3 4 5 6 7 8 9 10; do echo "line $i"; done; exit 3`);
    expect(failure?.reason).toBe('stage-exited');
    expect(failure?.message).toBe('the command ended with exit code 3; it last wrote: line 10');
    expect(log).toContain('line 1\n');
  });

  test.each([
    ['that is not found', 'surely-no-such-program', 'exit code 127', /not found/],
    ['that is not executable', './plain', 'exit code 126', /not executable/],
    ['ended by a signal', 'kill -SEGV $$', 'ended by SIGSEGV', undefined],
  ])('%s', async (_, run, message, hint) => {
    const path = rig.write('plain', 'echo');
    chmodSync(path, 0o644);
    const { failure } = await sh(run, {}, [{ name: 'plain', path }]);
    expect(failure?.message).toContain(message);
    if (hint) expect(failure?.hint).toMatch(hint);
  });

  test('that writes nothing of what it declared', async () => {
    expect((await sh('true')).failure?.reason).toBe('output-missing');
  });

  test('that leaves a process behind: it is ended, and said in the log', async () => {
    const pid = join(rig.folder, 'left.pid');
    const ran = await sh(`echo > out/a.txt; sleep 600 & echo $! > ${pid}`);
    expect(ran.done).toBeDefined();
    expect(ran.log).toContain('were ended');
    await until('the process is gone', () => !isRunning(Number(readFileSync(pid, 'utf8'))));
  });

  test('whose worker is killed dies with it', async () => {
    const pid = join(rig.folder, 'lost.pid');
    const running = rig.run(
      pool,
      rig.job({ kind: 'command', run: `echo $$ > ${pid}; sleep 600; :`, files: [] }),
      {
        onWorker: (worker) => {
          void until('the command runs', () => existsSync(pid) && readFileSync(pid, 'utf8') !== '').then(() =>
            process.kill(worker.pid, 'SIGKILL'),
          );
        },
      },
    );
    expect((await running).failure?.reason).toBe('worker-lost');
    await until('the command is gone', () => !isRunning(Number(readFileSync(pid, 'utf8'))));
  });

  test('that is stopped gets SIGTERM first', async () => {
    const stop = new AbortController();
    const ready = join(rig.folder, 'ready');
    const running = rig.run(
      rig.pool(patient),
      rig.job({
        kind: 'command',
        run: `trap 'echo goodbye; exit 0' TERM; echo > ${ready}; while :; do sleep 0.01; done`,
        files: [],
      }),
      { signal: stop.signal },
    );
    await until('the command runs', () => existsSync(ready));
    stop.abort();
    const { failure, log } = await running;
    expect(failure?.reason).toBe('stopped');
    expect(log).toContain('goodbye');
  });

  test('that ignores SIGTERM is killed, with its children', async () => {
    const stop = new AbortController();
    const pid = join(rig.folder, 'stubborn.pid');
    const run = `trap '' TERM; echo $$ > ${pid}; while :; do sleep 0.01; done`;
    const running = rig.run(pool, rig.job({ kind: 'command', run, files: [] }), { signal: stop.signal });
    await until('the command runs', () => existsSync(pid) && readFileSync(pid, 'utf8') !== '');
    stop.abort();
    expect((await running).failure?.reason).toBe('stopped');
    await until('the command is gone', () => !isRunning(Number(readFileSync(pid, 'utf8'))));
  });
});
