/** `why` for people: every reason on a line of its own. Pure. */
import type { Reason } from '../core/events.ts';
import { failureBlock } from './failure-text.ts';
import { duration, plural } from './measures.ts';
import { moment } from './moment.ts';
import { paint, type Paint } from './paint.ts';
import type { StepStatusView } from './status-text.ts';
import { onlyWaits, reasonText } from './words.ts';

export interface WhyView extends StepStatusView {
  readonly key: string | null;
  /** Why it was built the last time; null or left out where that is not known. */
  readonly lastReasons?: readonly Reason[] | null;
}

export function whyText(document: WhyView, { color }: { readonly color: boolean }): string {
  const p = paint(color);
  const { state, lastBuilt, lastReasons, estimatedMs, failure } = document;
  const reasons = shownReasons(document);
  const lines = [headline(document, p), ...reasonLines(reasons)];
  if (state === 'failed' && failure) lines.push(failureBlock(failure, { step: document.step, paint: p }));
  if (state !== 'fresh' && lastBuilt !== null) {
    const took = estimatedMs === null ? '' : `, in ${duration(estimatedMs)}`;
    lines.push(p.faint(`last built ${moment(lastBuilt)}${took}`));
  }
  if (lastReasons && lastReasons.length > 0) {
    lines.push(p.faint(state === 'fresh' ? 'it was built because' : 'it was then built because'));
    lines.push(...reasonLines(lastReasons));
  }
  return `${lines.join('\n')}\n`;
}

const MOST_REASONS = 12;

/** A table over a grid may have a thousand; past a dozen their number says more. */
function reasonLines(reasons: readonly Reason[]): string[] {
  const shown = reasons.length > MOST_REASONS ? reasons.slice(0, MOST_REASONS - 1) : reasons;
  const rest = reasons.length - shown.length;
  return [
    ...shown.map((reason) => `  ${reasonText(reason)}`),
    ...(rest > 0 ? [`  … and ${plural(rest, 'more reason')} (--json lists all)`] : []),
  ];
}

/** Of a step that failed before it was ever built, there is nothing to compare. */
function shownReasons({ state, reasons }: WhyView): readonly Reason[] {
  return state === 'failed' ? reasons.filter(({ kind }) => kind !== 'new') : reasons;
}

function headline(document: WhyView, p: Paint): string {
  const { step, state, lastBuilt } = document;
  const reasons = shownReasons(document);
  const name = p.strong(step);
  switch (state) {
    case 'fresh':
      return `${name} is ${p.good('fresh')}${lastBuilt === null ? '' : ` since ${moment(lastBuilt)}`}`;
    case 'stale':
      return `${name} is ${p.careful('stale')} and will run:`;
    case 'pending':
      return `${name} is ${p.busy('pending')}: ${pendingText(reasons)}`;
    case 'failed':
      return `${name} ${p.bad('failed')} the last time, and nothing changed since${reasons.length > 0 ? '; it differs from its last result:' : ''}`;
    default:
      return state satisfies never;
  }
}

const pendingText = (reasons: readonly Reason[]): string =>
  onlyWaits(reasons)
    ? 'it will run if what it needs comes out differently'
    : 'it will run after what it needs';
