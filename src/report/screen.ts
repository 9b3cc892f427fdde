/**
 * A few lines at the bottom of a terminal that are redrawn in place, with ordinary output scrolling above them.
 * One write a frame and only changed lines are repainted, so nothing flickers.
 */
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

/** The part of a terminal stream that is used; `process.stderr` is one. */
export interface TerminalStream {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

const ESC = '\u001B[';
/** Terminals that know these show what lies between them at once; others pass over them. */
const BEGIN_FRAME = `${ESC}?2026h`;
const END_FRAME = `${ESC}?2026l`;
const HIDE_CURSOR = `${ESC}?25l`;
const SHOW_CURSOR = `${ESC}?25h`;
const CLEAR_TO_LINE_END = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;
/** In a line of the view these would put all later ones in the wrong place. */
const MOVES_CURSOR = /[\r\n\t\v\f\b]+/g;
const up = (n: number): string => (n > 0 ? `${ESC}${n}A` : '');

export class Screen {
  /** Lines now on the terminal, as painted. The cursor rests at the start of the line below them. */
  private painted: readonly string[] = [];
  private paintedColumns = 0;
  private active = false;

  constructor(private readonly stream: TerminalStream) {}

  get columns(): number {
    return this.stream.columns ?? 80;
  }

  get rows(): number {
    return this.stream.rows ?? 24;
  }

  /** Prints `above`, which stays and scrolls away, and shows `lines` below it. Too long lines are cut, never wrapped. */
  draw(lines: readonly string[], above = ''): void {
    // The last column stays free: a terminal that has it filled disagrees with others on where the cursor is.
    const most = Math.max(1, this.columns - 1);
    const fitting = lines.map((line) => cliTruncate(line.replace(MOVES_CURSOR, ' '), most));
    const frame =
      above === '' ? this.changed(fitting) : this.erase() + above + fitting.map(paintLine).join('');
    if (frame !== '') this.stream.write(BEGIN_FRAME + (this.active ? '' : HIDE_CURSOR) + frame + END_FRAME);
    this.active ||= frame !== '';
    this.painted = fitting;
    this.paintedColumns = this.columns;
  }

  /** Takes the lines away, prints `above` and gives the cursor back. */
  close(above = ''): void {
    const text = this.erase() + above + (this.active ? SHOW_CURSOR : '');
    if (text !== '') this.stream.write(text);
    this.painted = [];
    this.active = false;
  }

  private changed(lines: readonly string[]): string {
    if (this.paintedColumns !== this.columns) return this.erase() + lines.map(paintLine).join('');
    const first = lines.findIndex((line, i) => line !== this.painted[i]);
    const from = first < 0 ? lines.length : first;
    if (from === lines.length && from === this.painted.length) return '';
    const repainted = lines
      .slice(from)
      .map((line, i) => (line === this.painted[from + i] ? '\n' : paintLine(line)));
    const surplus = this.painted.length > lines.length ? CLEAR_BELOW : '';
    return `\r${up(this.painted.length - from)}` + repainted.join('') + surplus;
  }

  private erase(): string {
    if (this.painted.length === 0) return '';
    return `\r${up(this.paintedRows())}${CLEAR_BELOW}`;
  }

  /** Rows the painted lines take now: a terminal that became narrower has wrapped them. */
  private paintedRows(): number {
    if (this.columns >= this.paintedColumns) return this.painted.length;
    return this.painted.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / this.columns)),
      0,
    );
  }
}

const paintLine = (line: string): string => `${line}${CLEAR_TO_LINE_END}\n`;
