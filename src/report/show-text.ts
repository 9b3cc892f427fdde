/** `show` for people: all that is known of one step. Pure. */
import type { Metrics } from '../core/events.ts';
import type { Json } from '../core/json.ts';
import { bytes, duration, metric } from './measures.ts';
import { moment } from './moment.ts';
import { paint } from './paint.ts';
import { stateText, type StepStatusView } from './status-text.ts';
import { table } from './table.ts';
import { reasonText } from './words.ts';

export interface ShowView extends StepStatusView {
  readonly key: string | null;
  /** File of the stage, and where the step is declared. */
  readonly stage: string | null;
  readonly declaredAt: string | null;
  readonly params: Json | undefined;
  readonly needs: readonly string[];
  readonly recipe: {
    readonly seed?: number | undefined;
    readonly env: Readonly<Record<string, string>>;
  } | null;
  readonly outputs: Readonly<Record<string, { readonly digest: string; readonly bytes: number }>> | null;
  readonly facts: {
    readonly run: string;
    readonly startedAt: string;
    readonly ms: number;
    readonly host: string;
    readonly metrics?: Metrics;
  } | null;
  readonly log: string | null;
}

export function showText(
  document: ShowView,
  { color, folder }: { readonly color: boolean; readonly folder?: string | undefined },
): string {
  const p = paint(color, folder);
  const { recipe, outputs, facts } = document;
  const built =
    facts && `${moment(facts.startedAt)} in ${duration(facts.ms)}, run ${facts.run} on ${facts.host}`;
  const about = (
    [
      ['stage', document.stage && p.file(document.stage)],
      ['declared at', document.declaredAt && p.file(document.declaredAt)],
      ['key', document.key],
      ['seed', recipe?.seed === undefined ? null : String(recipe.seed)],
      ['built', built],
      ['log', document.log && p.file(document.log)],
    ] as const
  ).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
  const section = (title: string, rows: readonly (readonly string[])[]): string[] =>
    rows.length === 0 ? [] : ['', p.strong(title), rowsText(rows)];
  return [
    `${p.strong(document.step)}  ${stateText(document.state, p)}`,
    ...document.reasons.map((reason) => `  ${reasonText(reason)}`),
    rowsText(about),
    ...section('parameters', paramRows(document.params)),
    ...section(
      'needs',
      folded(document.needs).map((name) => [name]),
    ),
    ...section('environment', Object.entries(recipe?.env ?? {})),
    ...section(
      'outputs',
      Object.entries(outputs ?? {}).map(([name, ref]) => [name, bytes(ref.bytes), ref.digest]),
    ),
    ...section(
      'metrics',
      Object.entries(facts?.metrics ?? {}).map(([name, value]) => [name, metric(value)]),
    ),
    '',
  ].join('\n');
}

const rowsText = (rows: readonly (readonly string[])[]): string =>
  table(
    (rows[0] ?? []).map(() => ({})),
    rows,
    Infinity,
  ).replace(/^/gm, '  ');

function paramRows(params: Json | undefined): string[][] {
  if (params === undefined || params === null) return [];
  if (typeof params !== 'object' || Array.isArray(params)) return [[JSON.stringify(params)]];
  return Object.entries(params).map(([name, value]) => [name, JSON.stringify(value)]);
}

const MOST_NEEDS = 12;

const folded = (names: readonly string[]): readonly string[] =>
  names.length <= MOST_NEEDS
    ? names
    : [...names.slice(0, MOST_NEEDS - 1), `… and ${names.length - MOST_NEEDS + 1} more (--json lists all)`];
