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
