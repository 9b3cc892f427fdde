/** The report: one HTML file that needs nothing else, for readers who have neither the project nor the tool. */
import { html, raw } from 'hono/html';
import type { DrawnGraph } from '../../report/graph-fold.ts';
import { graphSvg } from '../../report/graph-svg.ts';
import { duration, enumerate, integer, plural } from '../../report/measures.ts';
import { moment } from '../../report/moment.ts';
import { reasonsText } from '../../report/words.ts';
import type { RunView } from '../run-view.ts';
import type { Look, Made, Study, StudyStep } from '../study.ts';
import { contentOf, type ReportedResult, type Shown } from './content.ts';
import { lineagesHtml } from './lineage.ts';

type Html = ReturnType<typeof html>;

export interface ReportOptions {
  readonly css: string;
  /** Of the tool. */
  readonly version: string;
  /** The newest run; one that goes on makes the report one of a half-finished study. */
  readonly run: RunView | null;
}

const MOST_STEPS = 300;

export async function reportHtml(look: Look, { css, version, run }: ReportOptions): Promise<string> {
  const { study } = look;
  const results = await contentOf(look);
  const built = results.filter(({ files }) => files !== null);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${study.pipeline}: report</title>
        <style>
          ${raw(css)}
        </style>
      </head>
      <body>
        <header>
          <h1>${study.pipeline}</h1>
          <p>
            Profile <strong>${study.profile}</strong> · ${plural(study.steps.length, 'step')} ·
            <time datetime="${study.lookedAt}">${moment(study.lookedAt)}</time> · ar-pipe ${version}
          </p>
          ${incomplete(study, results, run)}
          <nav aria-label="Contents">
            <ul>
              ${built.map(({ name }, i) => html`<li><a href="#result-${i}">${name}</a></li>`)}
              <li><a href="#graph">The graph</a></li>
              <li><a href="#made">How it was made</a></li>
            </ul>
          </nav>
        </header>
        <main>
          <h2>Results</h2>
          ${built.map(resultHtml)} ${built.length === 0 ? html`<p>There are no results yet.</p>` : ''}
          <h2 id="graph">The graph</h2>
          ${graphHtml(study)}
          <h2 id="made">How it was made</h2>
          ${lineagesHtml(built)}
        </main>
      </body>
    </html> `;
  return `${String(await page).trim()}\n`;
}

/** What a reader must know before believing the rest. */
function incomplete(study: Study, results: readonly ReportedResult[], run: RunView | null): Html | string {
  const open = study.steps.filter(({ state }) => state !== 'fresh');
  if (open.length === 0) return '';
  const missing = results.filter(({ files }) => files === null).map(({ name }) => name);
  const outdated = results
    .filter(({ files, state }) => files !== null && state !== 'fresh')
    .map(({ name }) => name);
  const failed = open.filter(({ failure }) => failure !== undefined);
  return html`<section class="incomplete">
    <h2>This study is not finished</h2>
    <p>
      ${integer(open.length)} of ${plural(study.steps.length, 'step')} are not up to
      date.${run?.alive === true && run.ended === null ? ' A run was going on when this was written.' : ''}
    </p>
    ${missing.length > 0 ? html`<p>Missing: ${enumerate(missing, 30)}.</p>` : ''}
    ${
      outdated.length > 0
        ? html`<p>
            Shown as last built, though what they are made from has changed: ${enumerate(outdated, 30)}.
          </p>`
        : ''
    }
    ${failed.length > 0 ? html`<p>Failed:</p>` : ''}
    ${
      failed.length > 0
        ? html`<ul>
            ${failed.slice(0, 20).map(({ step, failure }) => html`<li>${step}: ${failure?.message ?? ''}</li>`)}
          </ul>`
        : ''
    }
    <details>
      <summary>Which steps, and why</summary>
      ${openSteps(open)}
    </details>
  </section>`;
}

const openSteps = (open: readonly StudyStep[]): Html =>
  html`<table>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">State</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        ${open.slice(0, MOST_STEPS).map(
          ({ step, state, reasons }) =>
            html`<tr>
              <td>${step}</td>
              <td>${badge(state)}</td>
              <td>${reasonsText(reasons)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${open.length > MOST_STEPS ? html`<p>… and ${integer(open.length - MOST_STEPS)} more</p>` : ''}`;

const badge = (state: string): Html => html`<span class="badge ${state}">${state}</span>`;

const resultHtml = (result: ReportedResult, i: number): Html =>
  html`<article class="result" id="result-${i}">
    <header>
      <h3>${result.name}</h3>
      ${result.state === 'fresh' ? '' : badge(result.state)}
    </header>
    ${result.shown.map((shown) => shownHtml(shown, result))}
    ${result.made ? html`<p class="faint">${madeHtml(result.made)}</p>` : ''}
  </article>`;

const shownHtml = ({ stem, picture, table, isData, downloads }: Shown, { name }: ReportedResult): Html =>
  html`${
    picture
      ? html`<figure>
          <img
            src="${raw(picture.address)}"
            alt="${stem === name ? `Figure of ${name}` : `${stem} of ${name}`}"
          />
        </figure>`
      : ''
  }
  ${table !== null && !isData ? html`<div class="table" tabindex="0" role="region" aria-label="Table">${raw(table)}</div>` : ''}
  ${
    table !== null && isData
      ? html`<details>
          <summary>Data of ${stem}</summary>
          <div class="table" tabindex="0" role="region" aria-label="Table">${raw(table)}</div>
        </details>`
      : ''
  }
  ${
    downloads.length > 0
      ? html`<p class="downloads">
          ${downloads.map(
            ({ name: file, address }) =>
              html`<a download="${file.split('/').at(-1) ?? file}" href="${raw(address)}">${file}</a> `,
          )}
        </p>`
      : ''
  }`;

const madeHtml = ({ key, startedAt, ms, host, run }: Made): Html =>
  html`key <code>${key.slice(0, 16)}</code> · built ${moment(startedAt)} in ${duration(ms)} on ${host}, run
    ${run}`;

function graphHtml({ graph, pipeline, profile }: Study): Html {
  if (!graph) return html`<p>It has too many parts to be drawn here.</p>`;
  const drawn: DrawnGraph = {
    nodes: graph.nodes.map(({ node }) => node),
    edges: graph.edges.map(({ from, to }) => [from, to]),
  };
  return html`<div class="graph" tabindex="0" role="region" aria-label="Graph">
    ${raw(graphSvg(drawn, `Graph of ${pipeline}, profile ${profile}`))}
  </div>`;
}
