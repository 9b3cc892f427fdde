import { writeFileSync } from 'node:fs';
import { writeCsv } from '../lib/csv.ts';
import { latexTable } from './latex.ts';
import { markdownTable } from './markdown.ts';
import type { Table } from './table.ts';

/** Files of a table: data, and text for readers and for papers. */
export const tableFiles = <Id extends string>(id: Id) => [`${id}.csv`, `${id}.md`, `${id}.tex`] as const;

/** Columns of the data file: one line a cell, numbers in full. */
const columns = [
  'block',
  'data',
  'net',
  'attack',
  'sp',
  'quantity',
  'ours',
  'strength',
  'mean',
  'std',
  'seeds',
  'perSeed',
] as const;

export interface TablePaths {
  readonly csv: string;
  readonly markdown: string;
  readonly latex: string;
}

export function writeTable(paths: TablePaths, table: Table): void {
  writeCsv(paths.csv, columns, cellLines(table));
  writeFileSync(paths.markdown, markdownTable(table));
  writeFileSync(paths.latex, latexTable(table));
}

/** One line a cell; `perSeed` is "seed=value" of every seed, parted by semicolons. */
function cellLines({ blocks }: Table) {
  return blocks.flatMap(({ title, runs, rows }) =>
    rows.flatMap(({ quantity, ours, cells }) =>
      cells.map(({ strength, mean, std, perSeed }) => ({
        block: title,
        data: runs?.data,
        net: runs?.net,
        attack: runs?.attack,
        sp: runs?.sp,
        quantity,
        ours,
        strength,
        mean,
        std,
        seeds: perSeed.length,
        perSeed: perSeed.map(({ seed, value }) => `${seed}=${value}`).join(';'),
      })),
    ),
  );
}
