/** Sizes and ages as people write them on a command line. Pure. */
import { PipelineError } from '../core/failure.ts';

const sizes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
const ages: Readonly<Record<string, number>> = {
  s: 1e3,
  min: 60e3,
  h: 3600e3,
  d: 24 * 3600e3,
  w: 7 * 24 * 3600e3,
};

/** Bytes of `20GB`, `1.5 GiB`, `0` or a plain number; undefined where the flag was not given. */
export function sizeOption(flag: string, given: unknown): number | undefined {
  return amount(
    flag,
    given,
    { ...sizes, k: 1e3, m: 1e6, g: 1e9, t: 1e12, '': 1 },
    `a size such as 20GB or 500MB`,
  );
}

/** Milliseconds of `30d`, `12h` or `2w`; undefined where the flag was not given. */
export function ageOption(flag: string, given: unknown): number | undefined {
  return amount(flag, given, given === '0' ? { '': 1 } : ages, 'an age such as 30d, 12h or 2w');
}

function amount(
  flag: string,
  given: unknown,
  units: Readonly<Record<string, number>>,
  wanted: string,
): number | undefined {
  if (typeof given !== 'string') return undefined;
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(given.trim()) ?? [];
  const factor = units[unit?.toLowerCase() ?? ''];
  if (number !== undefined && factor !== undefined) return Number(number) * factor;
  throw new PipelineError({ reason: 'usage', message: `${flag} ${given}: give ${wanted}` });
}
