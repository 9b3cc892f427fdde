/** Steps as a list: all of them with a filter, or those of one folded node. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { duration, integer } from '../../report/measures.ts';
import { moment } from '../../report/moment.ts';
import { share } from '../../core/time-left.ts';
import { Badge, Bar } from './parts.tsx';
import { hashOf, type Tab } from './route.ts';
import { stateOrder, type ShownState, type ShownStep } from './states.ts';

interface StepsProps {
  readonly steps: readonly ShownStep[];
  readonly tab: Exclude<Tab, 'history'>;
  readonly now: number;
}

/** More rows than these nobody reads, and a browser takes long to draw them. */
const MOST_ROWS = 500;

export function StepTable({ steps, tab, now }: StepsProps): JSX.Element {
  const shown = steps.slice(0, MOST_ROWS);
  return (
    <>
      <table class="steps">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">State</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((step) => (
            <tr key={step.step}>
              <th scope="row">
                <a href={hashOf({ tab, open: { kind: 'step', name: step.step } })}>{step.step}</a>
              </th>
              <td>
                <Badge state={step.shown} />
              </td>
              <td>{timeOf(step, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {steps.length > shown.length && (
        <p class="faint">… and {integer(steps.length - shown.length)} more: filter by name to see them</p>
      )}
    </>
  );
}

function timeOf({ shown, live, lastBuilt, estimatedMs }: ShownStep, now: number): JSX.Element | string {
  if (shown === 'running' && live) {
    const done = share(live, now);
    return done === undefined ? duration(now - live.startedAt) : <Bar done={done} label="done" />;
  }
  if (live?.state === 'built') return duration(live.ms);
  if (shown === 'fresh') return lastBuilt === null ? '' : `built ${moment(lastBuilt)}`;
  return estimatedMs === null ? '' : `takes about ${duration(estimatedMs)}`;
}

export function Steps({ steps, tab, now }: StepsProps): JSX.Element {
  const [wanted, setWanted] = useState('');
  const [state, setState] = useState<ShownState | ''>('');
  const parts = wanted.toLowerCase().split(/\s+/);
  const found = steps.filter(
    ({ step, shown }) =>
      (state === '' || shown === state) && parts.every((part) => step.toLowerCase().includes(part)),
  );
  return (
    <section>
      <h2 class="hidden">Steps</h2>
      <form
        class="filter"
        onSubmit={(event) => {
          event.preventDefault();
        }}
      >
        <label>
          Name
          <input
            type="search"
            value={wanted}
            onInput={({ currentTarget }) => {
              setWanted(currentTarget.value);
            }}
          />
        </label>
        <label>
          State
          <select
            value={state}
            onChange={({ currentTarget }) => {
              setState(currentTarget.value as ShownState | '');
            }}
          >
            <option value="">any</option>
            {stateOrder.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <output>
          {integer(found.length)} of {integer(steps.length)}
        </output>
      </form>
      <StepTable steps={found} tab={tab} now={now} />
    </section>
  );
}

/** A folded grid: what its cells are doing. */
export const NodePanel = ({ name, ...props }: StepsProps & { readonly name: string }): JSX.Element => (
  <>
    <h2>{name}</h2>
    <p>{integer(props.steps.length)} steps</p>
    <StepTable {...props} />
  </>
);
