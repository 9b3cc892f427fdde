import { chmodSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkClock, judgeClock } from '../../src/cli/checks/clock.ts';
import { checkDisk, judgeRoom } from '../../src/cli/checks/disk.ts';
import { checkHealth, judgeHealth } from '../../src/cli/checks/health.ts';
import { checkWatches, judgeWatches } from '../../src/cli/checks/watches.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ar-pipe-checks-'));
});
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

describe('disk', () => {
  it.each([
    [{ freeBytes: 5e10, freeFiles: 1e6 }, 'good', 'here, 50 GB free'],
    [{ freeBytes: 5e10, freeFiles: null }, 'good', 'here, 50 GB free'],
    [{ freeBytes: 1e9, freeFiles: 1e6 }, 'slow', 'here, 1.0 GB free'],
    [{ freeBytes: 5e10, freeFiles: 500 }, 'slow', 'here, 50 GB free, but room for 500 more files only'],
    [{ freeBytes: 1e7, freeFiles: 1e6 }, 'broken', 'here, 10 MB free'],
  ] as const)('%o is %s', (room, state, value) => {
    const check = judgeRoom('here', room);
    expect(check).toMatchObject({ name: 'disk', state, value });
    expect(check.hint === undefined).toBe(state === 'good');
  });

  it('is looked at where the store lies', () => {
    expect(checkDisk('here', folder).value).toMatch(/^here, .* free/);
  });

  it.skipIf(process.getuid?.() === 0)('is broken where nothing can be written', () => {
    chmodSync(folder, 0o555);
    expect(checkDisk('here', folder)).toMatchObject({ state: 'broken', value: 'here is not writable' });
  });
});

describe('file watches', () => {
  const limits = { watches: 500_000, instances: 128 };
  it.each([
    [{ told: true, limits }, 'good', undefined],
    [{ told: true, limits: null }, 'good', undefined],
    [{ told: false, limits }, 'slow', 'CHOKIDAR_USEPOLLING=1'],
    [{ told: true, limits: { ...limits, watches: 8192 } }, 'slow', 'max_user_watches=524288'],
    [{ told: true, limits: { ...limits, instances: 8 } }, 'slow', 'max_user_instances=512'],
  ] as const)('%o is %s', (watches, state, hint) => {
    const check = judgeWatches(watches);
    expect(check.state).toBe(state);
    if (hint === undefined) expect(check.hint).toBeUndefined();
    else expect(check.hint).toContain(hint);
  });

  it('are tried, and nothing is left behind', async () => {
    expect((await checkWatches(folder)).value).toContain('changes are told');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('count as silent where no folder can be made', async () => {
    expect((await checkWatches(join(folder, 'none'))).state).toBe('slow');
  });
});

describe('clock', () => {
  it('agrees where file times do', () => {
    const source = join(folder, 'pipeline.ts');
    writeFileSync(source, '');
    expect(checkClock(folder, [source, join(folder, 'none')])).toMatchObject({ state: 'good' });
    expect(readdirSync(folder)).toEqual(['pipeline.ts']);
  });

  it('says which way it is off', () => {
    expect(judgeClock(60_000, undefined).value).toBe(
      "a new file is 1 min 00 s ahead of this machine's clock",
    );
    expect(judgeClock(-60_000, undefined).value).toContain('behind');
    expect(judgeClock(-5, undefined).state).toBe('good');
  });

  it('names a source from the future', () => {
    const source = join(folder, 'pipeline.ts');
    writeFileSync(source, '');
    utimesSync(source, new Date(), new Date(Date.now() + 3_600_000));
    expect(checkClock(folder, [source])).toMatchObject({
      state: 'slow',
      hint: expect.stringContaining('touch') as string,
    });
  });
});

describe('store', () => {
  const health = { bytes: 2e6, objects: 3, entries: 2, lookedInto: 2, lost: 0, setAside: 0 };
  it('is good when all is there', () => {
    expect(judgeHealth(health)).toEqual({ name: 'store', state: 'good', value: '2 results, 2.0 MB' });
    expect(checkHealth(join(folder, 'none'), join(folder, 'sizes'))).toMatchObject({
      state: 'good',
      value: 'empty',
    });
  });

  it('says what is lost or was set aside, and what to do', () => {
    expect(judgeHealth({ ...health, lost: 1, setAside: 3 })).toEqual({
      name: 'store',
      state: 'slow',
      value: '2 results, 2.0 MB; 1 of 2 have lost their bytes; 3 files set aside in quarantine',
      hint: 'ar-pipe verify --repair lets the next run make them again',
    });
    expect(judgeHealth({ ...health, setAside: 1 }).state).toBe('good');
  });
});
