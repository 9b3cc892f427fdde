import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { csvText, numberColumn, readCsv, writeCsv } from '../../../stages/lib/csv.ts';
import { temporaryFolder } from '../figure-rig.ts';

const row = z.object({ name: z.string(), value: numberColumn });

describe('tables as CSV', () => {
  it('survive writing and reading: full precision, commas and quotes in texts', () => {
    const path = join(temporaryFolder(), 't.csv');
    const rows = [
      { name: 'a, "b"', value: 0.1 + 0.2 },
      { name: '', value: -1e-300 },
    ];
    writeCsv(path, ['name', 'value'], rows);
    expect(readCsv(path, row)).toEqual(rows);
  });

  it('have the columns in the order asked for', () => {
    expect(csvText(['value', 'name'], [{ name: 'x', value: 1 }])).toBe('value,name\n1,x\n');
  });

  it.each(['NaN', '', 'Infinity', 'many'])(
    "refuse '%s' as a number, naming file, line and column",
    (text) => {
      const path = join(temporaryFolder(), 't.csv');
      writeFileSync(path, `name,value\na,1\nb,${text}\n`);
      expect(() => readCsv(path, row)).toThrow(`t.csv:3: column 'value'`);
    },
  );
});
