import { afterAll, describe, expect, test } from 'vitest';
import type { Event } from '../../src/core/events.ts';
import { fs, Rig } from './rig.ts';

const rig = new Rig();
afterAll(() => rig.close());
const write = `fs.writeFileSync(c.out('a.txt'), String(Math.random()))`;
const plain = rig.bundle(write, fs);

describe('a worker that kept something is not used again', () => {
  test.each([
    ['an environment variable', `process.env.LEFT = '1'; ${write}`, 'a changed environment variable LEFT'],
    ['the working directory', `process.chdir('/'); ${write}`, 'another working directory'],
    ['a timer', `setTimeout(() => {}, 60_000); ${write}`, 'an open Timeout'],
    [
      'a server',
      `await new Promise((r) => net.createServer().listen(0, r)); ${write}`,
      'an open TCPSERVERWRAP',
    ],
    ['a child process', `spawn('/bin/sleep', ['600']); ${write}`, 'an open (?:ProcessWrap|PipeWrap)'],
    ['a new global', `globalThis.count = 1; ${write}`, 'a changed global count'],
    ['a replaced global', `globalThis.URL = class {}; ${write}`, 'a changed global URL'],
    ['a longer prototype', `Array.prototype.last = () => 1; ${write}`, 'a changed global Array'],
    ['another method', `Array.prototype.map = () => []; ${write}`, 'a changed global Array.prototype.map'],
    ['another clock', `Date.now = () => 0; ${write}`, 'a changed global Date.now'],
    ['another JSON', `JSON.stringify = () => ''; ${write}`, 'a changed global JSON.stringify'],
    ['another file system', `${write}; fs.readFileSync = () => '';`, 'a changed global fs.readFileSync'],
    ['Math.random', `Math.random = () => 0.5; ${write}`, 'another Math.random'],
    ['tensors', `globalThis._tfengine = { state: { numTensors: 2 } }; ${write}`, '2 tensors'],
  ])('%s', async (_, body, cause) => {
    const events: Event[] = [];
    const pool = rig.pool({ report: (event) => events.push(event) });
    const bundle = rig.bundle(
      body,
      `${fs} import net from 'node:net'; import { spawn } from 'node:child_process';`,
    );
    const first = await rig.run(pool, rig.job(bundle));
    expect(first.failure).toBeUndefined();
    expect(events).toMatchObject([
      { event: 'notice', message: expect.stringMatching(new RegExp(cause, 'i')) as string },
    ]);
    const second = await rig.run(pool, rig.job(plain));
    expect(second.failure).toBeUndefined();
    expect(second.pid).not.toBe(first.pid);
  });

  test('a module that patches a built-in class while it is loaded', async () => {
    const pool = rig.pool();
    const first = await rig.run(
      pool,
      rig.job(rig.bundle(write, `${fs} String.prototype.shout = () => 'x';`)),
    );
    expect((await rig.run(pool, rig.job(plain))).pid).not.toBe(first.pid);
  });

  test.each([
    [
      'what it put back',
      `const old = process.env.PATH; process.env.PATH = 'x'; process.env.PATH = old; ${write}`,
    ],
    [
      'finished work',
      `await fs.promises.readFile('/etc/hostname'); clearTimeout(setTimeout(() => {}, 1e6)); ${write}`,
    ],
    ['a look at lazy globals', `void [fetch, crypto, performance]; ${write}`],
    [
      'a finished child',
      `spawnSync('/bin/true'); await new Promise((r) => spawn('/bin/true').on('close', r)); ${write}`,
    ],
  ])('but %s is no reason', async (_, body) => {
    const pool = rig.pool();
    const bundle = rig.bundle(
      body,
      `${fs} import { spawn, spawnSync } from 'node:child_process'; globalThis.library = 1;`,
    );
    const first = await rig.run(pool, rig.job(bundle));
    expect(first.failure).toBeUndefined();
    expect((await rig.run(pool, rig.job(plain))).pid).toBe(first.pid);
  });
});

describe('the surroundings of a job', () => {
  test('environment, working directory, Math.random by seed or key', async () => {
    const pool = rig.pool();
    const body = `fs.writeFileSync(c.out('a.txt'), JSON.stringify({ env: { ...process.env }, cwd: process.cwd(), random: Math.random() }))`;
    const bundle = rig.bundle(body, fs);
    const look = async (more: object) => {
      const job = rig.job(bundle, more);
      const seen = JSON.parse((await rig.run(pool, job)).text('a.txt')) as {
        env: object;
        cwd: string;
        random: number;
      };
      return { job, ...seen };
    };
    const a = await look({ env: { ONE: '1', LC_ALL: 'C.UTF-8' } });
    expect(a.env).toEqual({ ONE: '1', LC_ALL: 'C.UTF-8', CUDA_VISIBLE_DEVICES: '' });
    expect(a.cwd).toBe(a.job.folder);
    const b = await look({ env: { LC_ALL: 'C.UTF-8' }, resources: { cpus: 1, memory: 0, gpus: [2, 0] } });
    expect(b.env).toEqual({ LC_ALL: 'C.UTF-8', CUDA_VISIBLE_DEVICES: '2,0' });
    expect(b.random).toBe(a.random);
    expect((await look({ key: '1'.repeat(64) })).random).not.toBe(a.random);
    expect((await look({ seed: 3 })).random).toBe((await look({ seed: 3, key: '2'.repeat(64) })).random);
  });

  test('a worker of another kind makes room', async () => {
    const pool = rig.pool({ maxWorkers: 1 });
    const one = await rig.run(
      pool,
      rig.job(plain, { numerical: true, env: { TF_NUM_INTRAOP_THREADS: '1' } }),
    );
    const two = await rig.run(
      pool,
      rig.job(plain, { numerical: true, env: { TF_NUM_INTRAOP_THREADS: '2' } }),
    );
    const again = await rig.run(
      pool,
      rig.job(plain, { numerical: true, env: { TF_NUM_INTRAOP_THREADS: '2', OTHER: 'x' } }),
    );
    expect(two.pid).not.toBe(one.pid);
    expect(again.pid).toBe(two.pid);
  });

  test('console, the streams and children write to the log of the step', async () => {
    const body = `console.log('one %d', 1); console.error('two'); process.stdout.write('three\\n'); c.log('four'); spawnSync('/bin/echo', ['five'], { stdio: 'inherit' }); ${write}`;
    const bundle = rig.bundle(body, `${fs} import { spawnSync } from 'node:child_process';`);
    const pool = rig.pool();
    const job = rig.job(bundle);
    await rig.run(pool, job);
    await pool.close();
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(job.log, 'utf8').split('\n').sort()).toEqual([
      '',
      'five',
      'four',
      'one 1',
      'three',
      'two',
    ]);
    expect((await rig.run(rig.pool(), rig.job(plain))).log).toBe('');
  });

  test('what a numerical library says of itself is passed on', async () => {
    const bundle = rig.bundle(
      `globalThis[Symbol.for('ar-pipe.backend')] = { backend: 'x', threads: '1' }; ${write}`,
      fs,
    );
    expect((await rig.run(rig.pool(), rig.job(bundle, { numerical: true }))).done?.backend).toEqual({
      backend: 'x',
      threads: '1',
    });
  });
});
