import { expect, it } from 'vitest';
import { ageOption, sizeOption } from '../../src/cli/amounts.ts';

it.each([
  ['20GB', 20e9],
  ['1.5 GiB', 1.5 * 2 ** 30],
  ['500mb', 500e6],
  ['3k', 3000],
  ['0', 0],
  ['12345', 12345],
])('reads the size %s', (text, bytes) => {
  expect(sizeOption('--max-size', text)).toBe(bytes);
});

it.each([
  ['30d', 30 * 24 * 3600e3],
  ['1.5h', 5400e3],
  ['2 w', 14 * 24 * 3600e3],
  ['10min', 600e3],
  ['0', 0],
])('reads the age %s', (text, ms) => {
  expect(ageOption('--max-age', text)).toBe(ms);
});

it('knows nothing where nothing was given', () => {
  expect(sizeOption('--max-size', undefined)).toBeUndefined();
});

it.each(['', 'GB', '-1GB', '20 apples', '1e3'])('refuses the size %j with an example', (text) => {
  expect(() => sizeOption('--max-size', text)).toThrow(/^--max-size .*: give a size such as 20GB/);
});

it.each(['7', 'd', '3 months'])('refuses the age %j with an example', (text) => {
  expect(() => ageOption('--max-age', text)).toThrow(/give an age such as 30d/);
});
