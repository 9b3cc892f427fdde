/** A run as the page shows it, folded from its events and its progress. Pure; used by the server and by the page. */
import type { Counts, Event, Metrics, Reason } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import { advanced, type Pace } from '../core/time-left.ts';
import type { Outlook } from '../report/outlook.ts';
import type { ProgressLine } from '../report/progress.ts';

export interface LiveStep extends Pace {
  readonly state: 'running' | 'built' | 'reused' | 'failed' | 'not-run';
  readonly reasons: readonly Reason[];
  readonly key: string | null;
  /** Milliseconds; 0 while it runs. */
  readonly ms: number;
  readonly metrics: Metrics;
  readonly failure?: Failure;
  /** For not-run: the step that stood in the way. */
  readonly because?: string | null;
}

export interface RunView {
  readonly run: string;
  readonly pipeline: string;
  readonly profile: string;
  readonly targets: readonly string[];
  /** How many steps it is about. */
  readonly total: number;
  /** ISO 8601. */
  readonly at: string;
  /** By name; steps that have not been reached are not there. */
  readonly steps: Readonly<Record<string, LiveStep>>;
  readonly counts: Counts;
  readonly notices: readonly string[];
  readonly ended: { readonly ok: boolean; readonly ms: number; readonly failure?: Failure } | null;
  /** The latest time its progress told: a step whose own time is not told yet was started about then. */
  readonly clock: number;
  /** How long it would still take, said at a time of the steps' clock. */
  readonly outlook: Outlook | null;
  /** Its process is there. A run that has neither ended nor a process was killed. */
  readonly alive: boolean;
}

/** Something new about a run: an event, a line of its progress, or what became of its process. */
export type News =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'progress'; readonly line: ProgressLine }
  | { readonly kind: 'alive'; readonly alive: boolean };

/** What the server tells an open page. */
export type Message =
  /** The newest run as it is: another one, or the page has just come. */
  | { readonly kind: 'run'; readonly view: RunView }
  | { readonly kind: 'news'; readonly run: string; readonly news: readonly News[] }
  /** There was no run yet. */
  | { readonly kind: 'none' };

const MOST_NOTICES = 50;

/** Ended with the run rather than by itself: counted as failed, but there is nothing to mend. */
export const wasStopped = ({ failure }: Pick<LiveStep, 'failure'>): boolean => failure?.reason === 'stopped';

export const emptyRun = (run: string): RunView => ({
  run,
  pipeline: '',
  profile: '',
  targets: [],
  total: 0,
  at: '',
  steps: {},
  counts: { built: 0, reused: 0, failed: 0, notRun: 0 },
  notices: [],
  ended: null,
  clock: 0,
  outlook: null,
  alive: false,
});

/** Events and progress come from two files, so either may be ahead of the other. */
export function tell(view: RunView, news: readonly News[]): RunView {
  if (news.length === 0) return view;
  const draft: Draft = {
    ...view,
    steps: { ...view.steps },
    counts: { ...view.counts },
    notices: [...view.notices],
  };
  for (const item of news) {
    if (item.kind === 'alive') draft.alive = item.alive;
    else if (item.kind === 'progress') progressed(draft, item.line);
    else happened(draft, item.event);
  }
  draft.notices.splice(0, draft.notices.length - MOST_NOTICES);
  return draft;
}

type Draft = { -readonly [K in keyof Omit<RunView, 'steps' | 'notices'>]: RunView[K] } & {
  readonly steps: Record<string, LiveStep>;
  readonly notices: string[];
};

/** Until its progress says when it was started. */
const unreached = ({ at, clock }: Draft): LiveStep => ({
  state: 'running',
  reasons: [],
  key: null,
  ms: 0,
  unit: '',
  metrics: {},
  startedAt: Math.max(clock, Date.parse(at)),
  etaMs: null,
  total: null,
});

function happened(draft: Draft, event: Event): void {
  switch (event.event) {
    case 'run-started': {
      const { pipeline, profile, targets, steps: total, at } = event;
      Object.assign(draft, { pipeline, profile, targets: [...targets], total, at });
      break;
    }
    case 'step-started': {
      const { step, key, reasons, etaMs } = event;
      draft.steps[step] = {
        ...(draft.steps[step] ?? unreached(draft)),
        state: 'running',
        key,
        reasons,
        etaMs,
      };
      break;
    }
    case 'step-finished': {
      const { step, outcome, key, ms, failure, because } = event;
      draft.counts[outcome === 'not-run' ? 'notRun' : outcome]++;
      draft.steps[step] = {
        ...(draft.steps[step] ?? unreached(draft)),
        state: outcome,
        key,
        ms,
        ...(failure ? { failure } : {}),
        ...(because === undefined ? {} : { because }),
      };
      break;
    }
    case 'notice':
      draft.notices.push(event.message);
      break;
    case 'run-finished': {
      const { ok, ms, failure } = event;
      draft.ended = { ok, ms, ...(failure ? { failure } : {}) };
      break;
    }
    case 'step-progress':
    case 'step-repaired':
    case 'forecast':
      break;
    default:
      event satisfies never;
  }
}

function progressed(draft: Draft, line: ProgressLine): void {
  if ('owner' in line) {
    draft.at = line.at;
    return;
  }
  const at = Date.parse(draft.at) + line.t;
  draft.clock = at;
  if ('leftMs' in line) {
    draft.outlook = { at, leftMs: line.leftMs, unknown: line.unknown };
    return;
  }
  const before = draft.steps[line.step] ?? unreached(draft);
  if (!('done' in line)) {
    draft.steps[line.step] = { ...before, startedAt: at };
    return;
  }
  draft.steps[line.step] = { ...advanced(before, line, at), metrics: line.metrics };
}
