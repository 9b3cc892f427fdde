/** Numbers as people read them: durations, sizes, counts, metrics. Pure; independent of locale. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (n: number): string => String(n).padStart(2, '0');

/** `850 ms`, `4.1 s`, `41 s`, `3 min 05 s`, `2 h 07 min`, `3 d 04 h`. `ms` is in milliseconds; negative counts as 0. */
export function duration(ms: number): string {
  if (!(ms > 0)) return '0 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ${two(seconds % MINUTE)} s`;
  const minutes = Math.round(seconds / MINUTE);
  if (minutes * MINUTE < DAY) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.round(seconds / HOUR);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** `duration` for what changes while one looks: no tenths, `41 s`. */
export const wholeSeconds = (ms: number): string =>
  ms < 60_000 ? `${Math.max(0, Math.ceil(ms / 1000))} s` : duration(ms);

/** Decimal units, as disks are sold: `512 B`, `1.2 MB`, `20 GB`. */
export function bytes(size: number): string {
  if (size < 1000) return `${Math.round(size)} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = size / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `5.8e16 multiply-adds`: work in two digits; small numbers are written out. */
export const multiplyAdds = (work: number): string =>
  `${work < 1e6 ? integer(work) : work.toExponential(1).replace('e+', 'e')} multiply-adds`;

/** `12,345`: an integer with separators. */
export const integer = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 step`, `1,001 steps`, `2 entries`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${integer(n)} ${n === 1 ? one : many}`;
}

/** A metric in few characters and without noise: four significant digits, `NaN` and infinities by name. */
export function metric(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}

/** `a`, `a and b`, `a, b and 8 more`: at most `most` names are spelt out. */
export function enumerate(names: readonly string[], most: number): string {
  const shown = names.slice(0, most);
  if (names.length > most) return `${shown.join(', ')} and ${integer(names.length - most)} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
