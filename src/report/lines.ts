/** The single lines that the plain and the live view share. Pure. */
import type { Counts, Event, Metrics } from '../core/events.ts';
import { duration, integer, metric, plural } from './measures.ts';
import type { Paint } from './paint.ts';
import { reasonsText } from './words.ts';

type Of<Kind extends Event['event']> = Extract<Event, { event: Kind }>;

/** Seconds an estimate must exceed before it is worth saying. */
const WORTH_SAYING_MS = 2000;

export function runStartedLine(event: Of<'run-started'>): string {
  const { pipeline, profile, targets, steps } = event;
  const shown = targets.slice(0, 4).join(', ');
  const rest = targets.length > 4 ? ` and ${integer(targets.length - 4)} more` : '';
  return `${pipeline} (profile ${profile}): ${shown}${rest}, ${plural(steps, 'step')}`;
}

export function stepStartedLine({ step, reasons, etaMs }: Of<'step-started'>): string {
  const why = reasons.length > 0 ? `: ${reasonsText(reasons)}` : '';
  const eta = etaMs !== null && etaMs >= WORTH_SAYING_MS ? ` (about ${duration(etaMs)})` : '';
  return `${step} starts${why}${eta}`;
}

export function stepFinishedLine(event: Of<'step-finished'>, p: Paint): string {
  const { step, outcome, ms } = event;
  switch (outcome) {
    case 'built':
      return `${step} ${p.good('built')} in ${duration(ms)}`;
    case 'reused':
      return `${step} ${p.good('reused')}${originText(event.from)}`;
    case 'failed': {
      if (isStopped(event)) return `${step} ${p.careful('stopped')} after ${duration(ms)}`;
      const message = event.failure ? `: ${event.failure.message.split('\n')[0]}` : '';
      return `${step} ${p.bad('failed')} after ${duration(ms)}${message}`;
    }
    case 'not-run':
      return `${step} ${p.careful('not run')}${becauseText(event.because)}`;
    default:
      return outcome satisfies never;
  }
}

/** Ended by an interrupt or by another step's failure: nothing is wrong with the step. */
export const isStopped = ({ failure }: Of<'step-finished'>): boolean => failure?.reason === 'stopped';

function originText(from: Of<'step-finished'>['from']): string {
  if (from === 'remote') return ' from the shared cache';
  return from === 'other-env' ? ' from another environment' : '';
}

const becauseText = (because: string | null | undefined): string =>
  because === null || because === undefined ? ', the run was stopped' : ` because of ${because}`;

export const stepRepairedLine = ({ step, output }: Of<'step-repaired'>): string =>
  `${step} repaired: ${output} was damaged or missing in the store and has been made again`;

export const noticeText = ({ level, message }: Of<'notice'>): string =>
  level === 'warn' ? `warning: ${message}` : message;

type Progress = Pick<Of<'step-progress'>, 'done' | 'total' | 'unit'>;

/** `3/40 epoch`, or `3 epoch` where the total is not known. */
export function amountText({ done, total, unit }: Progress): string {
  const amount = total === null ? metric(done) : `${metric(done)}/${metric(total)}`;
  return `${amount} ${unit}`.trimEnd();
}

/** `loss 1.2, accuracy 0.5`: the first three metrics. */
export const metricsText = (metrics: Metrics): string =>
  Object.entries(metrics)
    .slice(0, 3)
    .map(([name, value]) => `${name} ${metric(value)}`)
    .join(', ');

/** `3 built, 9 reused, 1 failed, 2 not run in 52 s`; all but the first two only where there are any. `stopped`: of the failed ones. */
export function summaryLine(counts: Counts, stopped: number, ms: number, p: Paint): string {
  const parts = [`${integer(counts.built)} built`, `${integer(counts.reused)} reused`];
  if (counts.failed > stopped) parts.push(p.bad(`${integer(counts.failed - stopped)} failed`));
  if (stopped > 0) parts.push(p.careful(`${integer(stopped)} stopped`));
  if (counts.notRun > 0) parts.push(p.careful(`${integer(counts.notRun)} not run`));
  return `${parts.join(', ')} in ${duration(ms)}`;
}
