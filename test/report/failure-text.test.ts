import { describe, expect, it } from 'vitest';
import { failureBlock } from '../../src/report/failure-text.ts';
import { paint } from '../../src/report/paint.ts';

describe('failureBlock', () => {
  it('says what, where, the end of the log and what to do', () => {
    const block = failureBlock(
      {
        reason: 'stage-threw',
        message: 'loss is NaN in epoch 3, batch 12',
        at: 'stages/train.ts:41:7',
        frame: "> 41 | throw new Error('NaN')\n     |       ^",
        hint: 'lower the learning rate',
        log: 'cache/logs/train/r1.log',
        stack: 'Error: loss\n    at run (stages/train.ts:41:7)',
      },
      { step: 'train/ar-8', logLines: Array.from({ length: 12 }, (_, i) => `line ${i + 1}`) },
    );
    expect(block).toBe(
      [
        'train/ar-8 failed: loss is NaN in epoch 3, batch 12',
        '  at stages/train.ts:41:7',
        "    > 41 | throw new Error('NaN')",
        '         |       ^',
        '  last lines of the log:',
        ...Array.from({ length: 10 }, (_, i) => `  | line ${i + 3}`),
        '  log: cache/logs/train/r1.log',
        '  hint: lower the learning rate',
      ].join('\n'),
    );
  });

  it('makes links of the places it names, without the line, where the terminal follows them', () => {
    const p = paint(false, 'file:///home/anna/my%20study/');
    const block = failureBlock(
      { reason: 'stage-threw', message: 'odd', at: 'stages/train net.ts:41:7', log: 'cache/logs/a#1/r1.log' },
      { paint: p },
    );
    const link = (url: string, text: string): string => `\u001B]8;;${url}\u0007${text}\u001B]8;;\u0007`;
    const root = 'file:///home/anna/my%20study/';
    expect(block).toContain(`at ${link(`${root}stages/train%20net.ts`, 'stages/train net.ts:41:7')}`);
    expect(block).toContain(`log: ${link(`${root}cache/logs/a%231/r1.log`, 'cache/logs/a#1/r1.log')}`);
  });

  it('is one line where nothing more is known', () => {
    expect(failureBlock({ reason: 'usage', message: "no target matches 'fg5'" })).toBe(
      "error: no target matches 'fg5'",
    );
  });

  it('shows the stack only when asked to, and colours only when told to', () => {
    const failure = { reason: 'internal', message: 'odd', stack: 'Error: odd\n  at f' } as const;
    expect(failureBlock(failure, { verbose: true })).toBe('error: odd\n    Error: odd\n      at f');
    expect(failureBlock(failure, { paint: paint(true) })).toBe(
      '\u001B[31merror:\u001B[39m \u001B[1modd\u001B[22m',
    );
  });
});
