/** What the page shows of steps and nodes: how the pipeline stands, and over it the run that is going on. Pure. */
import { integer } from '../../report/measures.ts';
import { share, timeLeft } from '../../core/time-left.ts';
import type { LiveStep, RunView } from '../run-view.ts';
import type { Study, StudyStep } from '../study.ts';

export type ShownState = StudyStep['state'] | 'running';

/** The most pressing first. */
export const stateOrder: readonly ShownState[] = ['running', 'failed', 'stale', 'pending', 'fresh'];

/** The run counts while it goes on, and until the pipeline has been looked at after its end. */
export function isOverlaid(study: Study, view: RunView | null): view is RunView {
  if (!view || view.profile !== study.profile) return false;
  if (view.ended === null) return view.alive;
  return Date.parse(study.lookedAt) < Date.parse(view.at) + view.ended.ms;
}

export function shownState(step: StudyStep, live: LiveStep | undefined): ShownState {
  if (!live) return step.state;
  switch (live.state) {
    case 'running':
      return 'running';
    case 'failed':
      return 'failed';
    case 'built':
    case 'reused':
      return 'fresh';
    case 'not-run':
      return step.state;
    default:
      return live.state satisfies never;
  }
}

export interface ShownStep extends StudyStep {
  readonly shown: ShownState;
  readonly live: LiveStep | undefined;
}

export function shownSteps(study: Study, view: RunView | null): ShownStep[] {
  const steps = isOverlaid(study, view) ? view.steps : {};
  return study.steps.map((step) => {
    const live = steps[step.step];
    return { ...step, live, shown: shownState(step, live) };
  });
}

export interface ShownNode {
  readonly state: ShownState;
  readonly note: string;
  /** Share of the work that is done, 0 to 1. */
  readonly done: number;
}

/** `now` is in milliseconds since 1970. */
export function shownNode(members: readonly ShownStep[], now: number): ShownNode {
  const counts = new Map<ShownState, number>();
  for (const { shown } of members) counts.set(shown, (counts.get(shown) ?? 0) + 1);
  const state = stateOrder.find((each) => counts.has(each)) ?? 'fresh';
  const done = members.reduce((sum, step) => sum + doneShare(step, now), 0) / Math.max(1, members.length);
  const only = members.length === 1 ? members[0] : undefined;
  if (only) return { state, done, note: stepNote(only, now) };
  const parts = stateOrder.flatMap((each) =>
    counts.has(each) ? [`${integer(counts.get(each)!)} ${each}`] : [],
  );
  return { state, done, note: counts.size === 1 ? `x${members.length} · ${state}` : parts.join(', ') };
}

function doneShare({ shown, live }: ShownStep, now: number): number {
  if (shown === 'fresh') return 1;
  return shown === 'running' && live ? (share(live, now) ?? 0) : 0;
}

/** `running · 3/40 epoch`, `stale`. */
function stepNote({ shown, live }: ShownStep, now: number): string {
  if (shown !== 'running' || !live) return shown;
  if (live.latest)
    return `running · ${live.latest.done}${live.total === null ? '' : `/${live.total}`} ${live.unit}`;
  const left = timeLeft(live, now);
  return left === undefined ? 'running' : `running · ${Math.ceil(left / 1000)} s left`;
}
