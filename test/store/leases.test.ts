import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../src/store/clock.ts';
import { openStore } from '../../src/store/disk.ts';
import { fateOfProcess, processId, thisProcess } from '../../src/store/owner.ts';
import type { LeaseRecord } from '../../src/store/lease-files.ts';
import { ignore, never } from './samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

const linux = fs.existsSync('/proc/self/stat');

function leasePath(root: string, number = 0): string {
  return join(root, `v1/leases/k.${number}`);
}

function leave(root: string, record: Partial<LeaseRecord>, number = 0): void {
  fs.mkdirSync(join(root, 'v1/leases'), { recursive: true });
  fs.writeFileSync(
    leasePath(root, number),
    JSON.stringify({ ...thisProcess(), token: 'other', workers: [], beat: 0, ...record }),
  );
}

const read = (path: string): LeaseRecord => JSON.parse(fs.readFileSync(path, 'utf8')) as LeaseRecord;
const names = (root: string): string[] => fs.readdirSync(join(root, 'v1/leases')).sort();

/** A clock that stands still but for the pauses, which take no time. */
function handClock(onPause: (now: number) => void = ignore): Clock & { beat: () => void; now(): number } {
  let now = 0;
  const beats = new Set<() => void>();
  return {
    now: () => now,
    async pause(ms) {
      now += ms;
      onPause(now);
    },
    every(_ms, run) {
      beats.add(run);
      return () => beats.delete(run);
    },
    beat() {
      for (const run of beats) run();
    },
  };
}

const refusing = (): never => {
  throw new Error('should not have to wait');
};

function started(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the process ended without a word');
}

describe('a lease', () => {
  it('is one file with its owner, gone after release', async () => {
    const root = temporaryFolder();
    const lease = await openStore(root).lease('k', refusing, never);
    lease?.worker(process);
    lease?.worker(process);
    expect(read(leasePath(root))).toMatchObject({
      ...thisProcess(),
      workers: [processId(process.pid)],
      beat: 0,
    });
    lease?.release();
    expect(names(root)).toEqual([]);
  });

  it('beats while it is held, and not after', async () => {
    const root = temporaryFolder();
    const clock = handClock();
    const lease = await openStore(root, { clock }).lease('k', refusing, never);
    clock.beat();
    clock.beat();
    expect(read(leasePath(root)).beat).toBe(2);
    lease?.release();
    clock.beat();
    expect(names(root)).toEqual([]);
  });

  it('waits for a living owner, says so once, and stops when told to', async () => {
    const root = temporaryFolder();
    leave(root, {});
    const stop = new AbortController();
    const said: string[] = [];
    const clock = handClock((now) => {
      if (now > 1e6) stop.abort();
    });
    const lease = await openStore(root, { clock }).lease('k', (owner) => said.push(owner), stop.signal);
    expect(lease).toBeUndefined();
    expect(said).toEqual(['another step of this run, which does the same work']);
    expect(names(root)).toEqual(['k.0']);
  });

  it('is not taken at all when the wish was over before', async () => {
    const root = temporaryFolder();
    expect(await openStore(root).lease('k', refusing, AbortSignal.abort())).toBeUndefined();
    expect(fs.existsSync(join(root, 'v1'))).toBe(false);
  });
});

describe.runIf(linux)('the lease of a dead owner is taken over at once', () => {
  it.each([
    ['whose process id now belongs to another', { start: '1' }],
    ['from before the last boot', { boot: 'earlier' }],
  ])('%s', async (_who, record) => {
    const root = temporaryFolder();
    leave(root, record);
    const lease = await openStore(root).lease('k', refusing, never);
    expect(names(root)).toEqual(['k.1']);
    expect(lease?.held()).toBe(true);
    lease?.release();
    expect(names(root)).toEqual([]);
  });

  it('that ended', async () => {
    const child = started('true', []);
    const id = processId(child.pid!);
    await new Promise((resolve) => child.on('exit', resolve));
    const root = temporaryFolder();
    leave(root, id);
    const lease = await openStore(root).lease('k', refusing, never);
    expect(lease?.held()).toBe(true);
    lease?.release();
  });

  it('that is a zombie', async () => {
    const parent = started('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 1000']);
    const id = processId(Number(await firstLine(parent)));
    await expect.poll(() => fateOfProcess(id)).toBe('dead');
    expect(fs.existsSync(`/proc/${id.pid}`)).toBe(true);
    const root = temporaryFolder();
    leave(root, id);
    const lease = await openStore(root).lease('k', refusing, never);
    expect(lease?.held()).toBe(true);
    lease?.release();
  });

  it('ending first the workers it left, with their groups', async () => {
    const worker = spawn('sh', ['-c', 'sleep 1000 & echo $!; wait'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const grandchild = processId(Number(await firstLine(worker)));
    const stranger = started('sleep', ['1000']);
    const root = temporaryFolder();
    leave(root, {
      start: '1',
      workers: [
        processId(worker.pid!),
        { pid: stranger.pid!, start: '1' },
        { pid: stranger.pid!, start: null },
      ],
    });
    const lease = await openStore(root).lease('k', refusing, never);
    expect(fateOfProcess(processId(worker.pid!))).not.toBe('alive');
    await expect.poll(() => fateOfProcess(grandchild)).toBe('dead');
    expect(fateOfProcess(processId(stranger.pid!))).toBe('alive');
    lease?.release();
  });
});

describe('an owner that this process cannot see', () => {
  const elsewhere = { host: 'elsewhere', boot: 'other', pidSpace: 'other' };

  it.each([
    [
      'on another machine',
      () => JSON.stringify({ ...thisProcess(), ...elsewhere, token: 't', workers: [], beat: 7 }),
    ],
    [
      'in another container',
      () => JSON.stringify({ ...thisProcess(), host: 'c', pidSpace: 'p', token: 't', workers: [], beat: 7 }),
    ],
    ['whose file is still empty', () => ''],
    ['whose file is half-written', () => '{"host":"elsewh'],
  ])('%s counts as dead after silence only', async (_who, text) => {
    const root = temporaryFolder();
    leave(root, {});
    fs.writeFileSync(leasePath(root), text());
    const clock = handClock();
    const said: string[] = [];
    const lease = await openStore(root, { clock, silenceMs: 20_000 }).lease(
      'k',
      (owner) => said.push(owner),
      never,
    );
    expect(said).toHaveLength(1);
    expect(clock.now()).toBeGreaterThanOrEqual(20_000);
    expect(clock.now()).toBeLessThan(22_000);
    expect(lease?.held()).toBe(true);
    lease?.release();
    expect(names(root)).toEqual([]);
  });

  it('lives as long as its heart beats', async () => {
    const root = temporaryFolder();
    leave(root, elsewhere);
    const stop = new AbortController();
    let beat = 0;
    const clock = handClock((now) => {
      leave(root, { ...elsewhere, beat: Math.floor(now / 10_000) });
      beat++;
      if (now > 200_000) stop.abort();
    });
    expect(await openStore(root, { clock }).lease('k', ignore, stop.signal)).toBeUndefined();
    expect(beat).toBeGreaterThan(100);
  });

  it('learns that its lease was taken over, and then leaves the new one alone', async () => {
    const root = temporaryFolder();
    const clock = handClock();
    const silent = await openStore(root, { clock }).lease('k', refusing, never);
    const text = fs.readFileSync(leasePath(root), 'utf8');
    fs.writeFileSync(
      leasePath(root),
      text.replace(/"boot":"[^"]*"/, '"boot":"x"').replace(/"host":"[^"]*"/, '"host":"x"'),
    );
    const taker = await openStore(root, { clock: handClock() }).lease('k', ignore, never);
    expect(names(root)).toEqual(['k.1']);
    clock.beat();
    silent?.worker(process);
    expect([silent?.held(), taker?.held()]).toEqual([false, true]);
    silent?.release();
    expect(names(root)).toEqual(['k.1']);
    expect(taker?.held()).toBe(true);
    taker?.release();
  });

  it('stays without it when the taker is done, and leaves a third one alone too', async () => {
    const root = temporaryFolder();
    const silent = await openStore(root).lease('k', refusing, never);
    fs.rmSync(leasePath(root));
    expect(silent?.held()).toBe(false);
    const third = await openStore(root).lease('k', refusing, never);
    expect(names(root)).toEqual(['k.0']);
    expect([silent?.held(), third?.held()]).toEqual([false, true]);
    silent?.release();
    expect(third?.held()).toBe(true);
    third?.release();
  });

  it('has lost it as soon as a higher number is there', async () => {
    const root = temporaryFolder();
    const lease = await openStore(root).lease('k', refusing, never);
    leave(root, {}, 1);
    expect(lease?.held()).toBe(false);
    lease?.release();
  });
});

describe('of two takers', () => {
  it.each([
    ['a higher number', 5],
    ['a lower number with a living owner', 0],
  ])('one steps back for %s that appears at the same moment', async (_what, number) => {
    const root = temporaryFolder();
    leave(root, { boot: 'earlier' }, 1);
    let rival = true;
    const calls = {
      ...fs,
      openSync(...args: Parameters<typeof fs.openSync>) {
        if (rival) leave(root, {}, number);
        return fs.openSync(...args);
      },
    };
    const waited: string[] = [];
    const clock = handClock(() => {
      if (waited.length > 0) fs.rmSync(leasePath(root, number), { force: true });
    });
    const lease = await openStore(root, { calls, clock }).lease(
      'k',
      (owner) => {
        rival = false;
        waited.push(owner);
      },
      never,
    );
    expect(waited).toHaveLength(1);
    expect(lease?.held()).toBe(true);
    lease?.release();
    expect(names(root)).toEqual([]);
  });
});

it('pauses of the real clock end with the signal', async () => {
  const stop = new AbortController();
  const pause = systemClock.pause(1e6, stop.signal);
  stop.abort();
  await pause;
  expect(systemClock.now()).toBeGreaterThan(0);
});

it.runIf(linux)('an owner that was stopped is waited for, and how to wake it is said', async () => {
  const owner = started('sleep', ['1000']);
  process.kill(owner.pid!, 'SIGSTOP');
  await expect.poll(() => fs.readFileSync(`/proc/${owner.pid!}/stat`, 'utf8')).toContain(') T ');
  const root = temporaryFolder();
  leave(root, processId(owner.pid!));
  const stop = new AbortController();
  const said: string[] = [];
  const clock = handClock((now) => {
    if (now > 1e5) stop.abort();
  });
  await openStore(root, { clock }).lease('k', (who) => said.push(who), stop.signal);
  expect(said).toEqual([expect.stringMatching(/, which is stopped \(kill -CONT \d+ lets it go on\)$/)]);
});

it('a lease that cannot be written down is not left behind without a name in it', async () => {
  const root = temporaryFolder();
  let full = true;
  const calls = {
    ...fs,
    writeSync: ((...args: Parameters<typeof fs.writeSync>) => {
      if (full) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      return fs.writeSync(...args);
    }) as typeof fs.writeSync,
  };
  const store = openStore(root, { calls });
  await expect(store.lease('k', refusing, never)).rejects.toThrow(/no space left for the store/);
  full = false;
  const lease = await store.lease('k', refusing, never);
  expect(lease?.held()).toBe(true);
  lease?.release();
  expect(names(root)).toEqual([]);
});
