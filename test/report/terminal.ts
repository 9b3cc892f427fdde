/** A terminal small enough to reason about: wraps, scrolls, reflows on resize, knows the few codes the view uses. */
import type { TerminalStream } from '../../src/report/screen.ts';

interface Row {
  text: string;
  /** The line goes on in the next row. */
  wraps: boolean;
}

export class Terminal implements TerminalStream {
  cursorHidden = false;
  writes = 0;
  private all: Row[] = [{ text: '', wraps: false }];
  private row = 0;
  private column = 0;
  private readonly listeners = new Set<() => void>();

  constructor(
    public columns = 80,
    public rows = 24,
  ) {}

  on(_event: 'resize', listener: () => void): void {
    this.listeners.add(listener);
  }

  off(_event: 'resize', listener: () => void): void {
    this.listeners.delete(listener);
  }

  get listening(): number {
    return this.listeners.size;
  }

  /** Everything ever scrolled and what is on the screen, as lines without trailing spaces or final empty lines. */
  get text(): string[] {
    const lines = this.logical().map(({ text }) => text.trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  write(text: string): void {
    this.writes++;
    for (const [part] of text.matchAll(/\u001B\[[?\d;]*[A-Za-z]|[^]/gu)) {
      if (part.startsWith('\u001B')) this.control(part.slice(2));
      else this.put(part);
    }
  }

  resize(columns: number, rows = this.rows): void {
    const lines = this.logical();
    const cursorLine = this.all.slice(0, this.row).filter(({ wraps }) => !wraps).length;
    this.columns = columns;
    this.rows = rows;
    this.all = [];
    lines.forEach(({ text }, i) => {
      if (i === cursorLine) this.row = this.all.length;
      for (let at = 0; at === 0 || at < text.length; at += columns) {
        this.all.push({ text: text.slice(at, at + columns), wraps: at + columns < text.length });
      }
    });
    for (const listener of this.listeners) listener();
  }

  private logical(): { text: string }[] {
    const lines: { text: string }[] = [];
    let open = '';
    for (const { text, wraps } of this.all) {
      open += text;
      if (wraps) continue;
      lines.push({ text: open });
      open = '';
    }
    return lines;
  }

  private put(character: string): void {
    if (character === '\r') this.column = 0;
    else if (character === '\n') this.newline(false);
    else {
      if (this.column === this.columns) this.newline(true);
      const { text } = this.all[this.row]!;
      const padded = text.padEnd(this.column);
      this.all[this.row]!.text = padded.slice(0, this.column) + character + padded.slice(this.column + 1);
      this.column++;
    }
  }

  private newline(wraps: boolean): void {
    this.all[this.row]!.wraps = wraps;
    this.row++;
    this.column = 0;
    this.all[this.row] ??= { text: '', wraps: false };
  }

  private control(code: string): void {
    const top = Math.max(0, this.all.length - this.rows);
    if (code.endsWith('A')) this.row = Math.max(top, this.row - Number(code.slice(0, -1)));
    else if (code === 'K') this.all[this.row]!.text = this.all[this.row]!.text.slice(0, this.column);
    else if (code === 'J') {
      this.all[this.row] = { text: this.all[this.row]!.text.slice(0, this.column), wraps: false };
      this.all.length = this.row + 1;
    } else if (code === '?25l') this.cursorHidden = true;
    else if (code === '?25h') this.cursorHidden = false;
    else if (!code.endsWith('m') && !code.startsWith('?2026'))
      throw new Error(`unknown control code ${code}`);
  }
}
