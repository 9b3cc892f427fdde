/** Small parts of the page. */
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Reason } from '../../core/events.ts';
import { duration } from '../../report/measures.ts';
import { reasonText } from '../../report/words.ts';
import type { Failure } from '../../core/failure.ts';
import type { Made } from '../study.ts';
import type { ShownState } from './states.ts';

export const Badge = ({ state }: { state: ShownState | 'ok' | 'interrupted' }): JSX.Element => (
  <span class={`badge ${state}`}>{state}</span>
);

export const Bar = ({ done, label }: { done: number; label: string }): JSX.Element => (
  <progress max={1} value={Math.min(1, Math.max(0, done))} aria-label={label}>
    {Math.round(done * 100)} %
  </progress>
);

const MOST_REASONS = 12;

export function Reasons({ reasons }: { reasons: readonly Reason[] }): JSX.Element {
  const shown = reasons.slice(0, MOST_REASONS);
  const rest = reasons.length - shown.length;
  return (
    <ul class="reasons">
      {shown.map((reason) => (
        <li key={reasonText(reason)}>{reasonText(reason)}</li>
      ))}
      {rest > 0 && <li>… and {rest} more</li>}
    </ul>
  );
}

type Told = Pick<Failure, 'message' | 'at' | 'frame' | 'hint'>;

export const FailureBox = ({ failure, title }: { failure: Told; title?: string }): JSX.Element => (
  <div class="failure" role="alert">
    {title !== undefined && <strong>{title}</strong>}
    <p>{failure.message}</p>
    {failure.at !== undefined && (
      <p>
        at <code>{failure.at}</code>
      </p>
    )}
    {failure.frame !== undefined && <Scrolled label="Where it failed" text={failure.frame} />}
    {failure.hint !== undefined && <p class="hint">{failure.hint}</p>}
  </div>
);

/** Text that may be wider or higher than its place; reachable by keyboard, or it could not be scrolled. */
export const Scrolled = ({ label, text }: { label: string; text: string }): JSX.Element => (
  <pre tabIndex={0} role="region" aria-label={label}>
    {text}
  </pre>
);

/** Shows its end, and stays there as it grows unless the reader has scrolled up. */
export function Log({ label, lines }: { label: string; lines: readonly string[] }): JSX.Element {
  const place = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (isAtEnd.current) place.current?.scrollTo(0, place.current.scrollHeight);
  }, [lines.at(-1), lines.length]);
  return (
    <pre
      ref={place}
      tabIndex={0}
      role="region"
      aria-label={label}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollTop + clientHeight > scrollHeight - 4;
      }}
    >
      {lines.join('\n')}
    </pre>
  );
}

export const Section = ({ title, children }: { title: string; children: ComponentChildren }): JSX.Element => (
  <section>
    <h3>{title}</h3>
    {children}
  </section>
);

export const Facts = ({
  facts,
}: {
  facts: readonly (readonly [name: string, value: ComponentChildren])[];
}): JSX.Element => (
  <dl class="facts">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

/** A digest as people compare it: its beginning; the whole on hover and for copying. */
export const Digest = ({ of }: { of: string }): JSX.Element => (
  <code title={of} class="digest">
    {of.slice(0, 12)}
  </code>
);

export const madeText = ({ ms, host, run }: Pick<Made, 'ms' | 'host' | 'run'>): string =>
  `in ${duration(ms)} on ${host}, run ${run}`;
