import { afterAll, describe, expect, test } from 'vitest';
import { fs, Rig } from './rig.ts';

const rig = new Rig();
afterAll(() => rig.close());

const write = rig.bundle(
  `fs.writeFileSync(c.out('a.txt'), JSON.stringify([c.params, Math.random(), process.env.HELLO ?? null]));`,
  fs,
);

describe('warm workers', () => {
  test('a job gives digests of what it wrote, and the next one meets the same process', async () => {
    const pool = rig.pool();
    const first = await rig.run(pool, rig.job(write, { params: { a: 1 }, env: { HELLO: 'x' } }));
    expect(first.failure).toBeUndefined();
    expect(JSON.parse(first.text('a.txt'))).toEqual([{ a: 1 }, expect.any(Number), 'x']);
    const second = await rig.run(pool, rig.job(write, { params: { a: 1 } }));
    expect(second.pid).toBe(first.pid);
    expect(JSON.parse(second.text('a.txt'))).toMatchObject([{ a: 1 }, expect.any(Number), null]);
  });

  test('a warm and a fresh worker give the same bytes', async () => {
    const warm = rig.pool();
    await rig.run(warm, rig.job(write, { seed: 1 }));
    const again = await rig.run(warm, rig.job(write, { seed: 7 }));
    const fresh = await rig.run(rig.pool(), rig.job(write, { seed: 7 }));
    expect(again.pid).not.toBe(fresh.pid);
    expect(again.done?.produced['a.txt']).toMatchObject({
      digest: (fresh.done?.produced['a.txt'] as { digest: string }).digest,
    });
  });

  test('300 tiny jobs on two workers', async () => {
    const pool = rig.pool();
    const jobs = Array.from({ length: 302 }, () => rig.job(write));
    await Promise.all(jobs.slice(300).map((job) => rig.run(pool, job)));
    const cpu = process.cpuUsage();
    const start = performance.now();
    const ran = await Promise.all(jobs.slice(0, 300).map((job) => rig.run(pool, job)));
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    console.log(
      `300 tiny jobs: ${ms.toFixed(0)} ms, ${((user + system) / 300_000).toFixed(2)} ms CPU a job in the main process`,
    );
    expect(ran.every(({ done }) => done)).toBe(true);
    expect(new Set(ran.map(({ pid }) => pid)).size).toBe(2);
  });
});
