/** How each result of the report was made: every step behind it. */
import { html } from 'hono/html';
import { duration, enumerate, integer, plural } from '../../report/measures.ts';
import { moment } from '../../report/moment.ts';
import { backendText } from '../backend-text.ts';
import type { Made } from '../study.ts';
import type { ReportedResult } from './content.ts';

type Html = ReturnType<typeof html>;

const MOST_STEPS = 300;

/** Mostly one backend has computed all, and is named once. */
export function lineagesHtml(results: readonly ReportedResult[]): Html {
  const backends = backendsOf(results.flatMap(({ lineage }) => lineage));
  return html`${backends.length > 0 ? html`<p>Computed with ${backends.join('; ')}.</p>` : ''}
  ${results.map((result) => lineageHtml(result, backends.length > 1))}`;
}

const backendsOf = (lineage: readonly Made[]): string[] => [
  ...new Set(lineage.flatMap(({ backend }) => (backend === undefined ? [] : [backendText(backend)]))),
];

function lineageHtml({ name, state, lineage }: ReportedResult, isMixed: boolean): Html {
  const total = lineage.reduce((sum, { ms }) => sum + ms, 0);
  const backends = isMixed ? backendsOf(lineage) : [];
  const hosts = [...new Set(lineage.map(({ host }) => host))];
  return html`<section>
    <h3>${name}</h3>
    <p>
      ${
        state === 'fresh'
          ? `${plural(lineage.length, 'step')}, ${duration(total)} of computing on ${enumerate(hosts, 5)}.`
          : 'Its steps have changed since it was built; of that time only its own record is shown.'
      }
      ${backends.length > 0 ? `Computed with ${backends.join('; ')}.` : ''}
    </p>
    <details>
      <summary>Every step behind it</summary>
      <div class="table" tabindex="0" role="region" aria-label="Table">
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Key</th>
              <th scope="col">Seed</th>
              <th scope="col">Built</th>
              <th scope="col" class="number">Time</th>
              <th scope="col">Run</th>
            </tr>
          </thead>
          <tbody>
            ${lineage.slice(0, MOST_STEPS).map(
              (made) =>
                html`<tr>
                  <td>${made.step}</td>
                  <td><code>${made.key.slice(0, 16)}</code></td>
                  <td>${made.seed ?? ''}</td>
                  <td>${moment(made.startedAt)}</td>
                  <td class="number">${duration(made.ms)}</td>
                  <td>${made.run}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${lineage.length > MOST_STEPS ? html`<p>… and ${integer(lineage.length - MOST_STEPS)} more</p>` : ''}
    </details>
  </section>`;
}
