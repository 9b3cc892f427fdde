/** Why a step runs, in words. Pure. */
import type { Reason } from '../core/events.ts';
import type { Json } from '../core/json.ts';
import { enumerate, plural } from './measures.ts';

/** One line that says a reason, as in `epsilon was 4, is now 8`. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'new':
      return 'first build';
    case 'code':
      return codeText(reason);
    case 'params':
      return change(reason.name, reason.before, reason.after);
    case 'input':
      return inputText(reason);
    case 'file':
      return reason.problem ?? `${reason.path}${fileChange(reason.before, reason.after)}`;
    case 'seed':
      return change('seed', reason.before, reason.after);
    case 'env':
      return change(`${reason.name} of the environment`, reason.before, reason.after);
    case 'output-lost':
      return `output ${reason.output} is gone from the store`;
    case 'forced':
      return 'forced';
    case 'volatile':
      return 'volatile: runs every time';
    case 'upstream':
      return `waits for ${enumerate(reason.steps, 1)}`;
    default:
      return reason satisfies never;
  }
}

/** The first reasons in one line: `epsilon was 4, is now 8; first build; 2 more reasons`. */
export function reasonsText(reasons: readonly Reason[], most = 2): string {
  const words = reasons.slice(0, most).map(reasonText);
  const rest = reasons.length - words.length;
  return [...words, ...(rest > 0 ? [plural(rest, 'more reason')] : [])].join('; ');
}

/** Nobody knows whether such a step will run: what it waits for may come out as before. */
export const onlyWaits = (reasons: readonly Reason[]): boolean =>
  reasons.length > 0 && reasons.every(({ kind }) => kind === 'upstream');

function codeText({ file, line, formattingOnly }: Extract<Reason, { kind: 'code' }>): string {
  // Where the bundle's own text is the same, what differs is the packages it imports.
  if (file === 'package.json') return 'packages it uses changed (package.json)';
  if (formattingOnly) return `only local names or layout changed at ${file}:${line}`;
  return `code changed at ${file}:${line}`;
}

function inputText({ output, step, need, before, after }: Extract<Reason, { kind: 'input' }>): string {
  const what = step === '' ? output : `${output} of ${step}`;
  if (before === null) return `${what} is new as need '${need}'`;
  if (after === null) return `${what} is no longer read as need '${need}'`;
  return `${what} changed`;
}

function fileChange(before: string | null, after: string | null): string {
  if (before === null) return ' is new';
  return after === null ? ' is gone' : ' changed';
}

const change = (name: string, before: Json, after: Json): string =>
  `${name} was ${valueText(before)}, is now ${valueText(after)}`;

const LONGEST_VALUE = 60;

function valueText(value: Json): string {
  if (value === null) return 'unset';
  const plain = typeof value === 'string' && /^\S+$/.test(value);
  const text = plain ? value : JSON.stringify(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}
