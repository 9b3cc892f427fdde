/** `doctor` for people. Pure. */
import type { Json } from '../core/json.ts';
import { paint, type Paint } from './paint.ts';

export interface Check {
  readonly name: string;
  /** `slow`: works, but not as well as it could. */
  readonly state: 'good' | 'slow' | 'broken';
  readonly value: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly facts?: Readonly<Record<string, Json>>;
}

export function doctorText(checks: readonly Check[], { color }: { readonly color: boolean }): string {
  const p = paint(color);
  const names = Math.max(0, ...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, value, hint, facts = {} }) => [
    `${mark(state, p)}  ${name.padEnd(names)}  ${value}`,
    ...Object.entries(facts).map(
      ([fact, known]) => `${indent(names)}${p.faint(`${fact}:`)} ${factText(known)}`,
    ),
    ...(hint === undefined || hint === '' ? [] : [`${indent(names)}${p.careful('hint:')} ${hint}`]),
  ]);
  return `${lines.join('\n')}\n`;
}

const indent = (names: number): string => ' '.repeat('broken'.length + names + 4);

/** Of measurements by name: `31.4 (32x32), 48.9 (8x8)`. */
function factText(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, each]) => `${factText(each)} (${name})`)
    .join(', ');
}

function mark(state: Check['state'], p: Paint): string {
  switch (state) {
    case 'good':
      return p.good('good  ');
    case 'slow':
      return p.careful('slow  ');
    case 'broken':
      return p.bad('broken');
    default:
      return state satisfies never;
  }
}
