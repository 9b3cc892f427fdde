/** Aligned columns of text. Pure. */
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

export interface Column {
  /** Left out of all columns: no line of titles. */
  readonly title?: string;
  readonly align?: 'left' | 'right';
  /** The one column that gives way on a narrow terminal. Names and keys must not: people copy them. */
  readonly shrink?: boolean;
  /** Of such a column that is the last: text that would be cut to little stands below its row instead. */
  readonly below?: boolean;
}

const GAP = 2;
const NARROWEST = 12;
/** Less is too little of a sentence. */
const ROOM_FOR_TEXT = 40;
const INDENT = '    ';

/**
 * Lines joined by newlines, without a final one. Cells may be coloured. `width` in terminal columns; Infinity for a pipe
 * or a file, where nothing is cut.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const titled = columns.some(({ title }) => title !== undefined);
  const all = titled ? [columns.map(({ title }) => title ?? ''), ...rows] : rows;
  const widths = columns.map((_, i) =>
    all.reduce((most, row) => Math.max(most, stringWidth(row[i] ?? '')), 0),
  );
  const over = widths.reduce((sum, w) => sum + w + GAP, -GAP) - width;
  const yielding = columns.findIndex(({ shrink }) => shrink === true);
  if (over > 0 && yielding >= 0)
    widths[yielding] = Math.min(widths[yielding]!, Math.max(NARROWEST, widths[yielding]! - over));
  const below = (text: string): boolean =>
    columns[yielding]?.below === true &&
    widths[yielding]! < ROOM_FOR_TEXT &&
    stringWidth(text) > widths[yielding]!;
  const cell = (text: string, i: number): string => {
    const kept = stringWidth(text) > widths[i]! ? cliTruncate(text, widths[i]!) : text;
    const space = ' '.repeat(widths[i]! - stringWidth(kept));
    return columns[i]?.align === 'right' ? space + kept : kept + space;
  };
  const line = (row: readonly string[]): string =>
    columns
      .map((_, i) => cell(row[i] ?? '', i))
      .join(' '.repeat(GAP))
      .trimEnd();
  return all
    .map((row, i) => {
      const text = row[yielding] ?? '';
      if (!below(text) || (titled && i === 0)) return line(row);
      const rest = INDENT + cliTruncate(text, Math.max(NARROWEST, width - INDENT.length));
      return `${line(row.with(yielding, ''))}\n${rest}`;
    })
    .join('\n');
}
