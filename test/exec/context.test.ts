import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/exec/checkpoint.ts';
import { LogFile } from '../../src/exec/log-file.ts';
import { fs, Rig } from './rig.ts';

const rig = new Rig();
afterAll(() => rig.close());
const folderOf = () => join(mkdtempSync(join(rig.folder, 'checkpoint-')), 'key');

describe('progress', () => {
  test('ten thousand reports become a few messages, the last one among them; the last metrics count', async () => {
    const bundle = rig.bundle(
      `for (let i = 1; i <= 10_000; i++) c.progress(i, 10_000, 'batch', i < 9_999 ? { loss: i } : undefined); fs.writeFileSync(c.out('a.txt'), '')`,
      fs,
    );
    const ran = await rig.run(rig.pool(), rig.job(bundle));
    // One each 100 ms: two on a machine that does nothing else.
    expect(ran.progress.length).toBeLessThan(100);
    expect(ran.progress.at(-1)).toEqual({
      done: 10_000,
      total: 10_000,
      unit: 'batch',
      metrics: { loss: 9_998 },
    });
    expect(ran.done?.metrics).toEqual({ loss: 9_998 });
  });

  test('a NaN loss arrives as NaN', async () => {
    const bundle = rig.bundle(
      `c.progress(1, null, 'epoch', { loss: NaN }); fs.writeFileSync(c.out('a.txt'), '')`,
      fs,
    );
    expect((await rig.run(rig.pool(), rig.job(bundle))).done?.metrics).toEqual({ loss: NaN });
  });
});

describe('checkpoints', () => {
  test('the newest complete one is found again; older ones go', async () => {
    const folder = folderOf();
    const checkpoint = openCheckpoint(folder);
    expect(checkpoint.latest).toBeNull();
    expect(existsSync(folder)).toBe(false);
    for (const text of ['one', 'two']) {
      await checkpoint.save((to) => {
        writeFileSync(join(to, 'state'), text);
      });
    }
    const again = openCheckpoint(folder).latest;
    expect(again).toBe(checkpoint.latest);
    expect(readFileSync(join(again ?? '', 'state'), 'utf8')).toBe('two');
    expect(readdirSync(folder)).toEqual(['000002']);
  });

  test('a write that fails leaves the one before, and the next save works', async () => {
    const checkpoint = openCheckpoint(folderOf());
    await checkpoint.save(() => undefined);
    const before = checkpoint.latest;
    await expect(checkpoint.save(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect(checkpoint.latest).toBe(before);
    await checkpoint.save(() => undefined);
    expect(checkpoint.latest).not.toBe(before);
  });

  test('saves that are not waited for follow each other', async () => {
    const folder = folderOf();
    const checkpoint = openCheckpoint(folder);
    const order: string[] = [];
    const slow = checkpoint.save(async (to) => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push(to);
    });
    const fast = checkpoint.save((to) => {
      order.push(to);
    });
    await Promise.all([slow, fast]);
    expect(order.map((path) => path.slice(-1))).toEqual(['1', '2']);
    expect(readdirSync(folder)).toEqual(['000002']);
  });

  test('rests of a crash are ignored and cleaned up', async () => {
    const folder = folderOf();
    for (const name of ['000003', '000002', 'saving-1-4']) mkdirSync(join(folder, name), { recursive: true });
    const checkpoint = openCheckpoint(folder);
    expect(checkpoint.latest).toBe(join(folder, '000003'));
    await checkpoint.save(() => undefined);
    expect(readdirSync(folder)).toEqual(['000004']);
  });

  test('a stage killed while it saves resumes from the last complete one', async () => {
    const body = `
      const start = c.checkpoint.latest ? Number(fs.readFileSync(join(c.checkpoint.latest, 'n'), 'utf8')) : 0;
      for (let n = start + 1; n <= 5; n++) await c.checkpoint.save((to) => {
        fs.writeFileSync(join(to, 'n'), String(n));
        if (n === 3 && start === 0) process.kill(process.pid, 'SIGKILL');
      });
      fs.writeFileSync(c.out('a.txt'), String(start));`;
    const bundle = rig.bundle(body, fs);
    const pool = rig.pool();
    const checkpoint = join(rig.folder, 'resumed');
    expect((await rig.run(pool, rig.job(bundle, { checkpoint }))).failure?.reason).toBe('worker-lost');
    expect((await rig.run(pool, rig.job(bundle, { checkpoint }))).text('a.txt')).toBe('2');
    expect(readdirSync(checkpoint)).toEqual(['000005']);
  });
});

describe('logs', () => {
  test.each([
    ['in the middle of a line', 'ten bytes'],
    ['at the end of one', 'fifteen bytes, '],
  ])('are created by the first line and end with a sentence when full, also %s', (_, line) => {
    const path = join(folderOf(), 'deep', 'a.log');
    const log = new LogFile(path, 1024);
    expect(existsSync(path)).toBe(false);
    for (let i = 0; i < 300; i++) log.line(line);
    log.close();
    const text = readFileSync(path, 'utf8');
    expect(text.slice(0, 1024)).toBe(`${line}\n`.repeat(103).slice(0, 1024));
    expect(text.slice(1024)).toMatch(/^\n\[ar-pipe: the log ends here.*\]\n$/);
  });
});

test('a stage may ask for a report of its process, as native packages do while they load', async () => {
  const bundle = rig.bundle(
    `fs.writeFileSync(c.out('a.txt'), String(process.report.getReport().header.nodejsVersion))`,
    fs,
  );
  const ran = await rig.run(rig.pool(), { ...rig.job(bundle), timeoutMs: 20_000 });
  expect(ran.failure).toBeUndefined();
});
