/** `diff` for people: two results, or two runs, side by side. Pure. */
import type { Counts } from '../core/events.ts';
import type { Json } from '../core/json.ts';
import { duration, enumerate, metric, plural } from './measures.ts';
import { moment } from './moment.ts';
import { paint, type Paint } from './paint.ts';
import { table } from './table.ts';

interface RowView<T> {
  readonly name: string;
  readonly a: T | null;
  readonly b: T | null;
}

export interface DifferenceView {
  readonly recipe: readonly RowView<Json>[];
  readonly metrics: readonly RowView<number>[];
  /** Digests. */
  readonly outputs: readonly RowView<string>[];
  /** `file:line` where the code first differs, where that is known. */
  readonly codeAt: string | null;
}

interface ResultHead {
  readonly step: string;
  readonly key: string;
  readonly run: string;
  readonly startedAt: string;
  readonly ms: number;
  readonly profile: string;
}

export type ResultsView = DifferenceView & { readonly a: ResultHead; readonly b: ResultHead };

interface RunHead {
  readonly run: string;
  readonly at: string;
  readonly profile: string;
  readonly targets: readonly string[];
  readonly ok: boolean | null;
  readonly counts: Counts;
  readonly ms: number | null;
}

interface RunSide {
  readonly outcome: string;
  readonly key: string | null;
  readonly ms: number;
}

export interface RunsView {
  readonly a: RunHead;
  readonly b: RunHead;
  /** How many steps have the very same result in both. */
  readonly same: number;
  readonly steps: readonly {
    readonly step: string;
    /** null: not part of that run. */
    readonly a: RunSide | null;
    readonly b: RunSide | null;
    readonly same: boolean;
    /** null where a result is missing, or nothing differs. */
    readonly difference: DifferenceView | null;
  }[];
}

interface TextOptions {
  readonly color: boolean;
  readonly width: number;
  /** All rows, however many. */
  readonly verbose: boolean;
}

/** Rows of one kind that are shown of one step; the rest is counted. */
const MOST_ROWS = 20;
const DIGEST = 12;

export function diffResultsText(view: ResultsView, options: TextOptions): string {
  const p = paint(options.color);
  const { a, b } = view;
  const head: string[][] = [
    ['', p.strong('A'), p.strong('B')],
    ['step', a.step, b.step],
    ['key', a.key.slice(0, DIGEST), b.key.slice(0, DIGEST)],
    ['built', moment(a.startedAt), moment(b.startedAt)],
    ['took', duration(a.ms), duration(b.ms)],
    ['run', a.run, b.run],
    ['profile', a.profile, b.profile],
  ];
  const isSame = a.key === b.key;
  return [
    table([{}, {}, {}], head, options.width),
    ...(isSame ? ['', p.good('the very same result')] : []),
    ...sections(view, options, p),
    '',
  ].join('\n');
}

export function diffRunsText({ a, b, same, steps }: RunsView, options: TextOptions): string {
  const p = paint(options.color);
  const lines = [
    table([{}, {}, {}, {}, { shrink: true }], [runRow('A', a, p), runRow('B', b, p)], options.width),
    '',
    `${plural(same, 'step')} with the same result in both`,
  ];
  for (const step of steps) {
    lines.push('', `${p.strong(step.step)}  ${sidesText(step, p)}`);
    if (step.difference) lines.push(...sections(step.difference, options, p).map((text) => indented(text)));
  }
  return `${lines.join('\n')}\n`;
}

function runRow(name: string, run: RunHead, p: Paint): string[] {
  const outcome = run.ok === null ? p.careful('interrupted') : run.ok ? p.good('ok') : p.bad('failed');
  const took = run.ms === null ? '' : ` in ${duration(run.ms)}`;
  return [
    p.strong(name),
    run.run,
    moment(run.at),
    `${outcome}${took}`,
    `profile ${run.profile}: ${enumerate(run.targets, 5)}`,
  ];
}

function sidesText({ a, b, same }: RunsView['steps'][number], p: Paint): string {
  if (!a) return p.careful('only in B');
  if (!b) return p.careful('only in A');
  if (same) return p.faint('the same');
  return `${a.outcome} in A (${duration(a.ms)}), ${b.outcome} in B (${duration(b.ms)})`;
}

function sections(view: DifferenceView, options: TextOptions, p: Paint): string[] {
  const recipe = view.recipe.map(({ name, a, b }) => [
    name,
    valueText(name, a),
    valueText(name, b),
    name === 'code' && view.codeAt !== null ? `differs at ${view.codeAt}` : '',
  ]);
  const outputs = view.outputs.map(({ name, a, b }) => [name, digestText(a), digestText(b)]);
  const right = { align: 'right' } as const;
  return [
    ...section('what went in', [{}, {}, {}, {}], recipe, options, p),
    ...section('metrics', [{}, right, right, right, right], view.metrics.map(numberRow), options, p, [
      '',
      'A',
      'B',
      'B − A',
      '',
    ]),
    ...section('what came out', [{}, {}, {}], outputs, options, p),
  ];
}

function section(
  title: string,
  columns: Parameters<typeof table>[0],
  rows: readonly (readonly string[])[],
  { width, verbose }: TextOptions,
  p: Paint,
  titles: readonly string[] = [],
): string[] {
  if (rows.length === 0) return [];
  const shown = verbose || rows.length <= MOST_ROWS ? rows : rows.slice(0, MOST_ROWS - 1);
  const rest = rows.length - shown.length;
  const head = titles.length > 0 ? [titles.map((text) => p.faint(text))] : [];
  return [
    '',
    p.strong(title),
    indented(table(columns, [...head, ...shown], width - 2)),
    ...(rest > 0 ? [`  … and ${plural(rest, 'more row')} (-v shows all)`] : []),
  ];
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');

function numberRow({ name, a, b }: RowView<number>): string[] {
  if (a === null || b === null)
    return [name, a === null ? '' : metric(a), b === null ? '' : metric(b), '', ''];
  const [left, right] = apart(a, b);
  const difference = b - a;
  const share = a === 0 || difference === 0 ? '' : `${signed((100 * difference) / Math.abs(a))} %`;
  return [name, left, right, difference === 0 ? '' : signed(difference), share];
}

/** Two numbers in as few digits as tell them apart, four at least. */
function apart(a: number, b: number): [string, string] {
  const short: [string, string] = [metric(a), metric(b)];
  return a === b || short[0] !== short[1] ? short : [String(a), String(b)];
}

const signed = (value: number): string => (value > 0 ? `+${metric(value)}` : metric(value));

const digestText = (digest: string | null): string => digest?.slice(0, DIGEST) ?? '';

const LONGEST_VALUE = 40;

function valueText(name: string, value: Json): string {
  if (value === null) return '';
  const isDigest = typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) && !name.startsWith('params.');
  if (isDigest) return digestText(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}
