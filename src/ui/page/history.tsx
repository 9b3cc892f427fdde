/** Past runs, and two of them side by side. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { countsText } from '../../report/counts.ts';
import { duration, enumerate, metric, plural } from '../../report/measures.ts';
import { moment } from '../../report/moment.ts';
import type { ComparedRun, ComparedSide, ComparedStep } from '../compare.ts';
import type { RunView } from '../run-view.ts';
import { askCompared, askRuns } from './ask.ts';
import { useAnswer } from './hooks.ts';
import { Badge, Digest, FailureBox, Reasons } from './parts.tsx';
import { hashOf } from './route.ts';

export function History({ view }: { view: RunView | null }): JSX.Element {
  const { answer: runs, refused } = useAnswer(askRuns, [view?.run, view?.ended, view?.alive]);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  // The two chosen last; the older one stands left.
  const choose = (run: string, isChosen: boolean): void => {
    setChosen((known) => (isChosen ? [...known, run].slice(-2) : known.filter((each) => each !== run)));
  };
  const [a, b] = chosen.toSorted();
  if (refused) return <FailureBox failure={refused.failure} />;
  if (runs?.length === 0) return <p>No runs yet: ar-pipe run starts one.</p>;
  return (
    <section>
      <h2 class="hidden">History</h2>
      <p>
        {a !== undefined && b !== undefined ? (
          <a class="button" href={hashOf({ tab: 'history', compare: [a, b] })}>
            Compare the two
          </a>
        ) : (
          'Choose two runs to compare them.'
        )}
      </p>
      <div class="table" tabIndex={0} role="region" aria-label="Past runs">
        <table class="runs">
          <thead>
            <tr>
              <th scope="col">Started</th>
              <th scope="col">Outcome</th>
              <th scope="col">Time</th>
              <th scope="col">Steps</th>
              <th scope="col">Profile</th>
              <th scope="col">Targets</th>
            </tr>
          </thead>
          <tbody>
            {runs?.map(({ run, at, outcome, ms, counts, stopped, profile, targets }) => (
              <tr key={run}>
                <th scope="row">
                  <label>
                    <input
                      type="checkbox"
                      checked={chosen.includes(run)}
                      onChange={({ currentTarget }) => {
                        choose(run, currentTarget.checked);
                      }}
                    />{' '}
                    {moment(at)}
                  </label>
                </th>
                <td>
                  <Badge state={outcome} />
                </td>
                <td>{ms === null ? '' : duration(ms)}</td>
                <td>{countsText(counts, stopped)}</td>
                <td>{profile}</td>
                <td>{enumerate(targets, 4)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function Compare({ a, b }: { a: string; b: string }): JSX.Element {
  const { answer, refused } = useAnswer(() => askCompared(a, b), [a, b]);
  if (refused) return <FailureBox failure={refused.failure} />;
  if (!answer) return <p>Comparing …</p>;
  const differing = answer.steps.filter(({ same }) => !same);
  return (
    <section>
      <p>
        <a href={hashOf({ tab: 'history' })}>All runs</a>
      </p>
      <h2>
        {moment(answer.a.at)} and {moment(answer.b.at)}
      </h2>
      <div class="sides">
        <Side title="first" run={answer.a} />
        <Side title="second" run={answer.b} />
      </div>
      <p>
        {differing.length === 0
          ? 'Both runs had the very same results.'
          : `${plural(differing.length, 'step')} differ, ${answer.steps.length - differing.length} have the same result.`}
      </p>
      {differing.map((step) => (
        <ComparedRow key={step.step} {...step} />
      ))}
    </section>
  );
}

const Side = ({ title, run }: { title: string; run: ComparedRun }): JSX.Element => (
  <p>
    {title}: {run.run}, profile {run.profile}, {enumerate(run.targets, 4)}
    {run.ended && `, ${duration(run.ended.ms)}`}
  </p>
);

const ComparedRow = ({ step, a, b, reasons, metrics }: ComparedStep): JSX.Element => (
  <article class="compared">
    <h3>{step}</h3>
    <p>
      <SideText side={a} /> → <SideText side={b} />
    </p>
    {reasons.length > 0 && <Reasons reasons={reasons} />}
    {metrics.length > 0 && (
      <table>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">first</th>
            <th scope="col">second</th>
            <th scope="col">change</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map(({ name, a: before, b: after }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{before === null ? '–' : metric(before)}</td>
              <td>{after === null ? '–' : metric(after)}</td>
              <td>{before === null || after === null ? '' : signed(after - before)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </article>
);

const SideText = ({ side }: { side: ComparedSide | null }): JSX.Element =>
  side === null ? (
    <span>not in this run</span>
  ) : (
    <span>
      {side.outcome} {side.key !== null && <Digest of={side.key} />}
      {side.ms > 0 && ` in ${duration(side.ms)}`}
    </span>
  );

const signed = (change: number): string => `${change > 0 ? '+' : ''}${metric(change)}`;
