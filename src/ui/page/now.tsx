/** What runs this moment and what has failed, below the graph. */
import type { JSX } from 'preact';
import { metric, wholeSeconds } from '../../report/measures.ts';
import { share, timeLeft } from '../../core/time-left.ts';
import { wasStopped, type LiveStep } from '../run-view.ts';
import { Badge, Bar } from './parts.tsx';
import { hashOf } from './route.ts';
import type { ShownStep } from './states.ts';

/** A few hundred cores run as many steps at once. */
const MOST = 24;

export function Now({ steps, now }: { steps: readonly ShownStep[]; now: number }): JSX.Element | null {
  const pressing = steps.filter(
    ({ shown, live }) => shown === 'running' || (shown === 'failed' && !(live && wasStopped(live))),
  );
  if (pressing.length === 0) return null;
  const rest = pressing.length - MOST;
  return (
    <section class="now" aria-label="Running and failed steps">
      <ul>
        {pressing.slice(0, MOST).map(({ step, shown, live, failure }) => (
          <li key={step}>
            <Badge state={shown} />
            <a href={hashOf({ tab: 'graph', open: { kind: 'step', name: step } })}>{step}</a>
            {shown === 'running' && live ? (
              <Advance live={live} now={now} />
            ) : (
              <span>{(live?.failure ?? failure)?.message.split('\n')[0]}</span>
            )}
          </li>
        ))}
        {rest > 0 && <li>… and {rest} more</li>}
      </ul>
    </section>
  );
}

function Advance({ live, now }: { live: LiveStep; now: number }): JSX.Element {
  const done = share(live, now);
  return (
    <>
      {done !== undefined && <Bar done={done} label="done" />}
      <span class="faint">{advanceText(live, now)}</span>
    </>
  );
}

/** `3 of 40 epoch · loss 1.2 · 41 s left`. */
export function advanceText(live: LiveStep, now: number): string {
  const left = timeLeft(live, now);
  const amount =
    live.latest && `${live.latest.done}${live.total === null ? '' : ` of ${live.total}`} ${live.unit}`;
  const metrics = Object.entries(live.metrics).map(([name, value]) => `${name} ${metric(value)}`);
  const time =
    left === undefined ? `for ${wholeSeconds(now - live.startedAt)}` : `${wholeSeconds(left)} left`;
  return [amount, ...metrics, time].filter((part) => part !== undefined).join(' · ');
}
