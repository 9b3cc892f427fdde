/** Numbers as tables print them; data files have them in full. */
import type { Cell, Row, Unit } from './table.ts';

/** Per cent with two decimals, losses with four: a picture in ten thousand shows, and so does a change the paper speaks of. */
const print = (value: number, unit: Unit): string =>
  unit === 'share' ? (100 * value).toFixed(2) : value.toFixed(4);

/** "87.30 ± 0.12", or a dash where nothing was measured. */
export function cellText({ cells, unit }: Row, strength: number): string {
  const cell: Cell | undefined = cells.find((one) => one.strength === strength);
  if (cell === undefined) return '–';
  return cell.std === null ? print(cell.mean, unit) : `${print(cell.mean, unit)} ± ${print(cell.std, unit)}`;
}

export const rowLabel = ({ label, ours }: Row): string => (ours ? `${label}, ours` : label);

export const absentText = (title: string): string => `${title}: not part of this profile`;
