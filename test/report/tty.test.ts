import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Event } from '../../src/core/events.ts';
import { ttyReporter, type TtyOptions, type TtyReporter } from '../../src/report/tty.ts';
import { Terminal } from './terminal.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => vi.useRealTimers());

const runStarted = (steps: number): Event => ({
  event: 'run-started',
  run: 'r1',
  pipeline: 'robustness',
  profile: 'quick',
  targets: ['fig5'],
  steps,
  at: '2026-01-02T03:04:05.678Z',
});
const begin = (step: string, etaMs: number | null = null): Event => ({
  event: 'step-started',
  step,
  key: 'ab',
  reasons: [{ kind: 'params', name: 'epsilon', before: 4, after: 8 }],
  etaMs,
});
const progress = (step: string, done: number, total: number | null = 40): Event => ({
  event: 'step-progress',
  step,
  done,
  total,
  unit: 'epoch',
  metrics: { loss: 1.25, accuracy: 0.5 },
});
const finish = (step: string, outcome: 'built' | 'reused' | 'failed' | 'not-run'): Event => ({
  event: 'step-finished',
  step,
  outcome,
  key: 'ab',
  ms: outcome === 'reused' ? 0 : 12_000,
  ...(outcome === 'failed' ? { failure: { reason: 'stage-threw', message: 'loss is NaN' } as const } : {}),
  ...(outcome === 'not-run' ? { because: 'train/b' } : {}),
});
const runFinished = (ok: boolean): Event => ({
  event: 'run-finished',
  run: 'r1',
  ok,
  counts: { built: 1, reused: 1, failed: ok ? 0 : 1, notRun: ok ? 0 : 1 },
  ms: 52_345,
});

interface Setup {
  readonly terminal: Terminal;
  readonly tty: TtyReporter;
  readonly tell: (...events: Event[]) => void;
  /** Lets time pass to the next frame. */
  readonly pass: (ms: number) => void;
}

function setup(columns = 100, rows = 24, options: Partial<TtyOptions> = {}): Setup {
  const terminal = new Terminal(columns, rows);
  let time = 0;
  const tty = ttyReporter({ stream: terminal, color: false, now: () => time, ...options });
  return {
    terminal,
    tty,
    tell: (...events) => {
      events.forEach(tty.report);
    },
    pass: (ms) => {
      time += ms;
      vi.advanceTimersByTime(100);
    },
  };
}

const HEAD = 'robustness (profile quick): fig5, 4 steps';

describe('ttyReporter', () => {
  it('shows running steps with bar, amount, time left and metrics, and counts below', () => {
    const { terminal, tell, pass } = setup();
    tell(runStarted(4), finish('data', 'reused'), begin('train/a', 40_000), begin('train/b'));
    pass(10_000);
    expect(terminal.text).toEqual([
      HEAD,
      '  train/a  ━━━━────────────  30 s left  epsilon was 4, is now 8',
      '  train/b                    for 10 s   epsilon was 4, is now 8',
      '  ━━━━────────────  1/4  for 10 s  1 reused, 2 running',
    ]);
    tell(progress('train/a', 10));
    pass(10_000);
    tell(progress('train/a', 20), progress('train/b', 7, null));
    pass(0);
    expect(terminal.text).toEqual([
      HEAD,
      '  train/a  ━━━━━━━━────────  20/40 epoch  20 s left  loss 1.25, accuracy 0.5',
      '  train/b                    7 epoch      for 20 s   loss 1.25, accuracy 0.5',
      '  ━━━━────────────  1/4  for 20 s  1 reused, 2 running',
    ]);
  });

  it('lets finished steps scroll above with their reasons, and failures stand at the end', () => {
    const { terminal, tell, pass } = setup();
    tell(runStarted(4), begin('train/a'), begin('train/b'));
    pass(1000);
    expect(terminal.cursorHidden).toBe(true);
    tell(finish('train/b', 'failed'), { event: 'notice', level: 'warn', message: 'slow backend' });
    pass(1000);
    expect(terminal.text).toEqual([
      HEAD,
      'train/b failed after 12 s: loss is NaN',
      'warning: slow backend',
      '  train/a  for 2 s  epsilon was 4, is now 8',
      '  ━━━━────────────  1/4  for 2 s  1 failed, 1 running',
    ]);
    tell(finish('train/a', 'built'), finish('fig5', 'not-run'), runFinished(false));
    expect(terminal.text).toEqual([
      HEAD,
      'train/b failed after 12 s: loss is NaN',
      'warning: slow backend',
      'train/a built in 12 s  (epsilon was 4, is now 8)',
      '',
      'train/b failed: loss is NaN',
      '',
      '1 built, 1 reused, 1 failed, 1 not run in 52 s',
    ]);
    expect(terminal.cursorHidden).toBe(false);
    expect(terminal.listening).toBe(0);
  });

  it.each([40, 60, 80, 120, 200])('never wraps at %d columns', (columns) => {
    const { terminal, tell, pass } = setup(columns);
    const long = `train/${'very-long-cell-name-'.repeat(6)}end`;
    tell(runStarted(4), begin(long), begin('b'));
    pass(1000);
    tell(progress(long, 3));
    for (let i = 0; i < 5; i++) pass(1000);
    const live = terminal.text.slice(-3);
    expect(live.every((line) => line.length < columns)).toBe(true);
    expect(terminal.text.filter((line) => line.includes('running'))).toHaveLength(1);
    expect(live[0]).toMatch(/^ {2}train\/ve.*…/);
  });

  it('follows a resize without leaving pieces behind', () => {
    const { terminal, tell, pass } = setup(120);
    tell(runStarted(4), begin('train/a'), begin('train/b'));
    pass(1000);
    tell(progress('train/a', 3));
    pass(1000);
    for (const columns of [50, 120, 70, 41]) {
      terminal.resize(columns);
      pass(0);
      expect(terminal.text).toHaveLength(4);
      expect(terminal.text[0]).toBe(HEAD);
      expect(terminal.text[3]).toMatch(/^ {2}(─{8,16} {2})?0\/4 {2}for 2 s {2}2 running$/);
    }
  });

  it('shows as many steps as fit and counts the rest', () => {
    const { terminal, tell, pass } = setup(100, 8);
    tell(runStarted(9), ...Array.from({ length: 9 }, (_, i) => begin(`s${i}`)));
    pass(1000);
    expect(terminal.text.map((line) => line.replace(/^[─ ]+/, '').split(' ')[0])).toEqual([
      'robustness',
      's0',
      's1',
      's2',
      's3',
      'and',
      '0/9',
    ]);
    expect(terminal.text[5]).toBe('  and 5 more');
  });

  it('keeps what stands behind the names in its place when a long name has gone', () => {
    const { terminal, tell, pass } = setup(140);
    tell(runStarted(4), begin('train/a'), begin('train/a-much-longer-name'));
    pass(1000);
    const column = (): number | undefined => terminal.text.at(-2)?.indexOf('for 1 s');
    const before = column();
    tell(finish('train/a-much-longer-name', 'built'));
    pass(0);
    expect(column()).toBe(before);
  });

  it('says what is left of the run', () => {
    const { terminal, tell, pass } = setup();
    tell(runStarted(4), begin('train/a'), { event: 'forecast', leftMs: 240_000, unknown: 0 });
    pass(60_000);
    expect(terminal.text.at(-1)).toBe('  ────────────────  0/4  for 1 min 00 s, about 3 min left  1 running');
  });

  it('does not tell steps that were stopped as failures', () => {
    const { terminal, tell, pass } = setup();
    const stopped: Event = {
      event: 'step-finished',
      step: 'train/a',
      outcome: 'failed',
      key: 'ab',
      ms: 12_000,
      failure: { reason: 'stopped', message: 'the step was stopped before it finished' },
    };
    tell(runStarted(4), begin('train/a'), begin('train/b'), stopped);
    pass(2000);
    expect(terminal.text.slice(1)).toEqual([
      'train/a stopped after 12 s',
      '  train/b  for 2 s  epsilon was 4, is now 8',
      '  ━━━━────────────  1/4  for 2 s  1 stopped, 1 running',
    ]);
    tell(runFinished(false));
    expect(terminal.text.slice(1)).toEqual([
      'train/a stopped after 12 s',
      '1 built, 1 reused, 1 stopped, 1 not run in 52 s',
    ]);
  });

  it('is silent of the reason of a first build in lines that stay', () => {
    const { terminal, tell, pass } = setup();
    tell(runStarted(4), { ...begin('a'), reasons: [{ kind: 'new' }] } as Event, finish('a', 'built'));
    pass(0);
    expect(terminal.text[1]).toBe('a built in 12 s');
  });

  it('starts a new pace when the unit changes', () => {
    const { terminal, tell, pass } = setup();
    tell(runStarted(4), begin('a'), progress('a', 1));
    pass(10_000);
    tell(progress('a', 11), { ...progress('a', 12), unit: 'batch' } as Event);
    pass(0);
    expect(terminal.text.at(-2)).toContain('12/40 batch  for 10 s  loss');
  });

  it('names reused and not-run steps when verbose', () => {
    const { terminal, tell } = setup(100, 24, { verbose: true });
    tell(runStarted(4), finish('data', 'reused'), finish('fig5', 'not-run'), runFinished(true));
    expect(terminal.text.slice(1, 3)).toEqual(['data reused', 'fig5 not run because of train/b']);
  });

  it('gives the cursor back when stopped in the middle, once', () => {
    const { terminal, tty, tell, pass } = setup();
    const listeners = process.listenerCount('exit');
    tell(runStarted(4), begin('a'));
    pass(1000);
    tty.say('stopping');
    tty.stop();
    tty.stop();
    expect(terminal.text).toEqual([HEAD, 'stopping']);
    expect(terminal.cursorHidden).toBe(false);
    expect(terminal.listening).toBe(0);
    tty.say('afterwards');
    expect(terminal.text).toEqual([HEAD, 'stopping', 'afterwards']);
    expect(process.listenerCount('exit')).toBe(listeners);
  });

  it('gives the terminal back for Ctrl-Z and draws again after it', () => {
    const { terminal, tty, tell, pass } = setup();
    const listeners = process.listenerCount('SIGTSTP');
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    tell(runStarted(4), begin('a'));
    pass(1000);
    process.emit('SIGTSTP');
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGSTOP');
    kill.mockRestore();
    expect(terminal.text).toEqual([HEAD]);
    expect(terminal.cursorHidden).toBe(false);
    pass(1000);
    expect(terminal.text).toHaveLength(3);
    expect(terminal.cursorHidden).toBe(true);
    tty.stop();
    expect(process.listenerCount('SIGTSTP')).toBe(listeners);
  });

  it('ends the row of a step that was made again', () => {
    const { terminal, tell, pass } = setup();
    tell(runStarted(4), begin('a'), { event: 'step-repaired', step: 'a', output: 'w.bin', digest: 'cd' });
    pass(0);
    expect(terminal.text).toEqual([
      HEAD,
      'a repaired: w.bin was damaged or missing in the store and has been made again',
      '  ────────────────  0/4  for 0 s',
    ]);
  });
});
