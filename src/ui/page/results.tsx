/** Figures and tables of all targets, as soon as they are there. */
import type { JSX } from 'preact';
import { moment } from '../../report/moment.ts';
import type { Study } from '../study.ts';
import { Files } from './files.tsx';
import { Badge, Digest, madeText } from './parts.tsx';
import { hashOf } from './route.ts';
import type { ShownStep } from './states.ts';

export function Results({ study, steps }: { study: Study; steps: readonly ShownStep[] }): JSX.Element {
  const byName = new Map(steps.map((step) => [step.step, step]));
  const missing = study.results.filter(({ files }) => files === null);
  return (
    <>
      <h2 class="hidden">Results</h2>
      {study.results.map(({ name, step, state, files, made }) =>
        files === null ? null : (
          <article key={name} class="result">
            <header>
              <h3>
                <a href={hashOf({ tab: 'results', open: { kind: 'step', name: step } })}>{name}</a>
              </h3>
              <Badge state={byName.get(step)?.shown ?? state} />
            </header>
            {state !== 'fresh' && (
              <p class="careful">This is the last result; what it is made from has changed since.</p>
            )}
            <Files profile={study.profile} step={step} files={files} />
            {made && (
              <p class="faint">
                key <Digest of={made.key} /> · built {moment(made.startedAt)} {madeText(made)}
              </p>
            )}
          </article>
        ),
      )}
      {missing.length > 0 && (
        <section class="missing">
          <h3>Not built yet</h3>
          <ul class="names">
            {missing.map(({ name, step }) => (
              <li key={name}>
                <a href={hashOf({ tab: 'results', open: { kind: 'step', name: step } })}>{name}</a>{' '}
                <Badge state={byName.get(step)?.shown ?? 'pending'} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
