import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Event } from '../../src/core/events.ts';
import { historyText } from '../../src/report/history-text.ts';
import { toldRuns } from '../../src/report/outcome.ts';
import { readHistory, readRun, recordRun } from '../../src/report/history.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'ar-pipe-history-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(state, { recursive: true, force: true });
});

const started = (run: string): Event => ({
  event: 'run-started',
  run,
  pipeline: 'robustness',
  profile: 'quick',
  targets: ['fig5'],
  steps: 2,
  at: '2026-01-02T03:04:05.678Z',
});
const begin: Event = { event: 'step-started', step: 'a', key: 'ab', reasons: [{ kind: 'new' }], etaMs: null };
const progress: Event = { event: 'step-progress', step: 'a', done: 1, total: 2, unit: 'epoch', metrics: {} };
const built: Event = { event: 'step-finished', step: 'a', outcome: 'built', key: 'ab', ms: 10 };
const reused: Event = { event: 'step-finished', step: 'b', outcome: 'reused', key: 'cd', ms: 0 };
const finished = (run: string): Event => ({
  event: 'run-finished',
  run,
  ok: true,
  counts: { built: 1, reused: 1, failed: 0, notRun: 0 },
  ms: 1234,
});

function record(run: string, events: readonly Event[]): void {
  events.forEach(recordRun(state, run));
}

describe('recordRun', () => {
  it('keeps all but progress, and reads back what was told', () => {
    record('r1', [started('r1'), reused, begin, progress, built, finished('r1')]);
    expect(readRun(state, 'r1')).toEqual([started('r1'), reused, begin, built, finished('r1')]);
    expect(readHistory(state, 10)).toEqual([
      {
        run: 'r1',
        at: '2026-01-02T03:04:05.678Z',
        pipeline: 'robustness',
        profile: 'quick',
        targets: ['fig5'],
        ok: true,
        counts: { built: 1, reused: 1, failed: 0, notRun: 0 },
        ms: 1234,
      },
    ]);
  });

  it('has written what happened when the process dies in mid-run', () => {
    vi.useFakeTimers();
    record('r1', [started('r1'), reused, begin, built, begin]);
    vi.advanceTimersByTime(250);
    expect(readHistory(state, 1)[0]).toMatchObject({
      ok: null,
      ms: null,
      counts: { built: 1, reused: 1, failed: 0, notRun: 0 },
    });
  });

  it('does not write for each of many reused steps', () => {
    const report = recordRun(state, 'r1');
    report(started('r1'));
    const before = readFileSync(join(state, 'runs', 'r1.ndjson'), 'utf8');
    for (let i = 0; i < 100; i++) report(reused);
    expect(readFileSync(join(state, 'runs', 'r1.ndjson'), 'utf8')).toBe(before);
    report(finished('r1'));
    expect(readRun(state, 'r1')).toHaveLength(102);
  });

  it('gives up with one remark where nothing can be written', () => {
    writeFileSync(join(state, 'runs'), 'a file in the way');
    const remarks: string[] = [];
    const report = recordRun(state, 'r1', (line) => remarks.push(line));
    for (const event of [started('r1'), begin, built, finished('r1')]) report(event);
    expect(remarks).toHaveLength(1);
    expect(remarks[0]).toMatch(/^this run will be missing in the history: /);
    expect(readHistory(state, 10)).toEqual([]);
  });

  it('keeps the last 200 runs', () => {
    mkdirSync(join(state, 'runs'));
    for (let i = 0; i < 205; i++)
      writeFileSync(join(state, 'runs', `r${String(i).padStart(3, '0')}.ndjson`), '');
    record('r999', [started('r999')]);
    const kept = readdirSync(join(state, 'runs')).sort();
    expect(kept).toHaveLength(200);
    expect([kept[0], kept.at(-1)]).toEqual(['r006.ndjson', 'r999.ndjson']);
  });
});

describe('readHistory', () => {
  it('gives the newest first, as many as asked for', () => {
    for (const run of ['r1', 'r3', 'r2']) record(run, [started(run), finished(run)]);
    expect(readHistory(state, 2).map(({ run }) => run)).toEqual(['r3', 'r2']);
  });

  it('passes over a last line cut off by a crash, and files that hold no run', () => {
    record('r1', [started('r1'), built]);
    appendFileSync(join(state, 'runs', 'r1.ndjson'), '{"event":"run-fini');
    writeFileSync(join(state, 'runs', 'r2.ndjson'), 'null\n[1]\n');
    expect(readHistory(state, 10).map(({ run, ok }) => [run, ok])).toEqual([['r1', null]]);
  });

  it('is empty before the first run', () => {
    expect(readHistory(join(state, 'none'), 10)).toEqual([]);
    expect(readRun(state, 'r1')).toEqual([]);
  });
});

describe('historyText', () => {
  it('is a table, newest first', () => {
    vi.useFakeTimers();
    record('r1', [started('r1'), built]);
    vi.advanceTimersByTime(250);
    record('r2', [started('r2'), finished('r2')]);
    const runs = toldRuns(state, 10, () => false);
    const lines = historyText(runs, { color: false }).split('\n');
    expect(lines[0]).toBe('started              run  outcome       time  steps; profile: targets');
    expect(lines[1]).toMatch(
      /^2026-01-0\d \d\d:04:05 {2}r2 {3}ok {11}1\.2 s {2}1 built, 1 reused; quick: fig5$/,
    );
    expect(lines[2]).toMatch(/r1 {3}interrupted {9}1 built; quick: fig5$/);
    const narrow = historyText(runs, { color: false, width: 60 }).split('\n');
    expect(narrow[1]).toMatch(/ok {11}1\.2 s$/);
    expect(narrow[2]).toBe('    1 built, 1 reused; quick: fig5');
  });

  it('tells how a run ended, or that it goes on', () => {
    const failing = (reason: 'stopped' | 'stage-threw'): Event => ({
      event: 'step-finished',
      step: reason,
      outcome: 'failed',
      key: null,
      ms: 1,
      failure: { reason, message: '' },
    });
    const ended = (run: string, failed: number): Event => ({
      event: 'run-finished',
      run,
      ok: false,
      counts: { built: 0, reused: 0, failed, notRun: 0 },
      ms: 2,
    });
    record('r1', [started('r1'), failing('stopped'), ended('r1', 1)]);
    record('r2', [started('r2'), failing('stopped'), failing('stage-threw'), ended('r2', 2)]);
    record('r3', [started('r3'), finished('r3')]);
    record('r4', [started('r4')]);
    record('r5', [started('r5')]);
    const told = toldRuns(state, 10, (run) => run === 'r5');
    expect(historyText(told, { color: false })).toContain('1 failed, 1 stopped; quick: fig5');
    expect(told.map(({ run, outcome }) => [run, outcome])).toEqual([
      ['r5', 'running'],
      ['r4', 'interrupted'],
      ['r3', 'ok'],
      ['r2', 'failed'],
      ['r1', 'interrupted'],
    ]);
  });

  it('says so where there is nothing', () => {
    expect(historyText([], { color: false })).toBe('no runs yet\n');
  });
});
