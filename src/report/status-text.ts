/** `status` for people. Pure. */
import type { Reason } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import { bytes, duration, integer, multiplyAdds, plural } from './measures.ts';
import { moment } from './moment.ts';
import { paint, type Paint } from './paint.ts';
import { table } from './table.ts';
import { onlyWaits, reasonsText } from './words.ts';

export type StepState = 'fresh' | 'stale' | 'pending' | 'failed';

export interface StepStatusView {
  readonly step: string;
  readonly state: StepState;
  readonly reasons: readonly Reason[];
  /** ISO 8601, or null where it was never built here. */
  readonly lastBuilt: string | null;
  /** Its result is kept whatever changes. */
  readonly frozen?: true;
  readonly estimatedMs: number | null;
  /** Multiply-adds, where the pipeline says so. */
  readonly work?: number;
  readonly failure?: Failure;
}

export interface StatusView {
  readonly pipeline: string;
  readonly profile: string;
  readonly counts: Readonly<Record<StepState, number>>;
  readonly steps: readonly StepStatusView[];
  readonly store?: { readonly bytes: number };
}

export interface TextOptions {
  readonly color: boolean;
  /** Terminal columns; Infinity where nothing may be cut. */
  readonly width?: number;
  /** Also what is fresh. */
  readonly verbose?: boolean;
}

/** A line of counts, then every step that is not fresh, with its reasons. */
export function statusText(document: StatusView, options: TextOptions): string {
  const { color, width = Infinity, verbose = false } = options;
  const p = paint(color);
  const shown = document.steps.filter(({ state }) => verbose || state !== 'fresh');
  const head = `${p.strong(document.pipeline)} (profile ${document.profile}): ${countsText(document, p)}${storeText(document)}`;
  if (shown.length === 0) return `${head}\n`;
  const rows = shown.map((step) => [stateText(step.state, p), step.step, timeText(step), whyText(step)]);
  const columns = [{}, {}, { align: 'right' }, { shrink: true, below: true }] as const;
  return `${head}\n\n${table(columns, rows, width)}\n`;
}

export function stateText(state: StepState, p: Paint): string {
  switch (state) {
    case 'fresh':
      return p.good(state);
    case 'stale':
      return p.careful(state);
    case 'pending':
      return p.busy(state);
    case 'failed':
      return p.bad(state);
    default:
      return state satisfies never;
  }
}

function countsText({ counts, steps }: StatusView, p: Paint): string {
  if (steps.every(({ state }) => state === 'fresh'))
    return p.good(steps.length === 1 ? '1 step, fresh' : `all ${plural(steps.length, 'step')} fresh`);
  const parts = (['fresh', 'stale', 'pending', 'failed'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${integer(counts[state])} ${stateText(state, p)}`);
  return [parts.join(', '), ...workText(steps.filter(({ state }) => state !== 'fresh'))].join('; ');
}

/** What will certainly run, and what may. */
function workText(steps: readonly StepStatusView[]): string[] {
  const [sure, more] = [false, true].map((waits) =>
    amountText(steps.filter(({ reasons }) => onlyWaits(reasons) === waits)),
  );
  const parts = [
    ...(sure ? [`about ${sure}`] : []),
    ...(more ? [`at most ${more}${sure ? ' more' : ''} in pending steps`] : []),
  ];
  return parts.length > 0 ? [parts.join(', ')] : [];
}

/** Time where something like it was built before, multiply-adds for the rest. */
function amountText(steps: readonly StepStatusView[]): string {
  const ms = steps.reduce((sum, { estimatedMs }) => sum + (estimatedMs ?? 0), 0);
  const work = steps.reduce((sum, step) => sum + (step.estimatedMs === null ? (step.work ?? 0) : 0), 0);
  return [
    ...(ms > 0 ? [`${duration(ms)} of work`] : []),
    ...(work > 0 ? [`${multiplyAdds(work)} of which no time is known`] : []),
  ].join(' and ');
}

function timeText({ state, estimatedMs, work }: StepStatusView): string {
  if (state === 'fresh') return '';
  if (estimatedMs !== null) return `~${duration(estimatedMs)}`;
  return work === undefined ? '' : multiplyAdds(work);
}

const storeText = ({ store }: StatusView): string =>
  store === undefined ? '' : `; the store holds ${bytes(store.bytes)}`;

function whyText({ state, reasons, lastBuilt, frozen, failure }: StepStatusView): string {
  if (state === 'fresh') {
    const since = lastBuilt === null ? '' : `since ${moment(lastBuilt)}`;
    return frozen ? `frozen ${since}`.trimEnd() : since;
  }
  if (state === 'failed')
    return `nothing changed since it failed: ${failure?.message.split('\n')[0] ?? 'see its log'}`;
  return reasonsText(reasons);
}
