/** CSV files of plain rows: numbers in full precision, a header line, lines ended by \n. */
import { readFileSync, writeFileSync } from 'node:fs';
import { csvFormat, csvParse } from 'd3-dsv';
import * as z from 'zod';

/** A column of finite numbers; an empty field is refused, not read as 0. */
export const numberColumn = z.string().trim().min(1, 'is empty').pipe(z.coerce.number());

/** Writes the rows with these columns, in this order. */
export function writeCsv<Row extends object>(
  path: string,
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): void {
  writeFileSync(path, csvText(columns, rows));
}

export function csvText<Row extends object>(
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): string {
  return `${csvFormat([...rows], [...columns])}\n`;
}

/**
 * Rows of a CSV file, each parsed by `schema` (whose columns are texts; see `numberColumn`).
 * @throws an error naming the file, line and column of the first field that does not fit
 */
export function readCsv<S extends z.ZodType>(path: string, schema: S): z.output<S>[] {
  return csvParse(readFileSync(path, 'utf8')).map((row, index) => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    // The header is line 1.
    throw new Error(`${path}:${index + 2}: column '${issue.path.join('.')}': ${issue.message}`);
  });
}
