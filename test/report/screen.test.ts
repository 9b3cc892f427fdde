import { describe, expect, it } from 'vitest';
import { Screen } from '../../src/report/screen.ts';
import { Terminal } from './terminal.ts';
import { fc } from '../properties.ts';

const setup = (columns = 40, rows = 10): { terminal: Terminal; screen: Screen } => {
  const terminal = new Terminal(columns, rows);
  return { terminal, screen: new Screen(terminal) };
};

describe('Screen', () => {
  it('redraws in place and lets other lines scroll above', () => {
    const { terminal, screen } = setup();
    screen.draw(['a 1', 'b 1', 'sum 1']);
    screen.draw(['a 2', 'b 1', 'sum 2']);
    expect(terminal.text).toEqual(['a 2', 'b 1', 'sum 2']);
    screen.draw(['b 2', 'sum 3'], 'a done\n');
    expect(terminal.text).toEqual(['a done', 'b 2', 'sum 3']);
    expect(terminal.cursorHidden).toBe(true);
    screen.close('all done\n');
    expect(terminal.text).toEqual(['a done', 'all done']);
    expect(terminal.cursorHidden).toBe(false);
  });

  it('writes once a frame, and nothing where nothing changed', () => {
    const { terminal, screen } = setup();
    screen.draw(['a', 'b']);
    screen.draw(['a', 'b']);
    expect(terminal.writes).toBe(1);
    screen.draw(['a', 'c']);
    expect(terminal.writes).toBe(2);
  });

  it('repaints only the lines that changed', () => {
    const written: string[] = [];
    const stream = { columns: 40, write: (text: string) => written.push(text), on: () => 0, off: () => 0 };
    const screen = new Screen(stream);
    screen.draw(['one', 'two', 'three']);
    screen.draw(['one', 'TWO', 'three']);
    expect(written[1]).toContain('TWO');
    expect(written[1]).not.toContain('one');
    expect(written[1]).not.toContain('three');
  });

  it('cuts what is too wide and keeps control characters out', () => {
    const { terminal, screen } = setup(20);
    screen.draw(['x'.repeat(50), 'a\nb\tc']);
    expect(terminal.text).toEqual([`${'x'.repeat(18)}…`, 'a b c']);
  });

  it('leaves the terminal alone when it never drew', () => {
    const { terminal, screen } = setup();
    screen.close();
    expect(terminal.writes).toBe(0);
  });

  it('is right after the cursor was moved by an echoed ^C', () => {
    const { terminal, screen } = setup();
    screen.draw(['a', 'b']);
    terminal.write('^C');
    screen.draw(['A', 'b']);
    expect(terminal.text).toEqual(['A', 'b', '^C']);
    screen.close('end\n');
    expect(terminal.text).toEqual(['end']);
  });

  it('shows the last frame and every logged line, whatever came before', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', 'é', '\u001B[31mr\u001B[39m', ' '),
      maxLength: 60,
    });
    const frame = fc.record({
      lines: fc.array(word, { maxLength: 6 }),
      above: fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 3 }),
      columns: fc.option(fc.integer({ min: 10, max: 60 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 12 }), (frames) => {
        const { terminal, screen } = setup(40, 60);
        const logged: string[] = [];
        for (const { lines, above, columns } of frames) {
          if (columns !== undefined) terminal.resize(columns);
          logged.push(...above.map(String));
          screen.draw(lines, above.map((n) => `${n}\n`).join(''));
        }
        expect(terminal.text.slice(0, logged.length)).toEqual(logged);
        screen.close('end\n');
        expect(terminal.text).toEqual([...logged, 'end']);
      }),
    );
  });
});
