import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HtmlValidate } from 'html-validate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyRun } from '../../src/ui/run-view.ts';
import { reportHtml } from '../../src/ui/report/report.ts';
import type { Result } from '../../src/ui/study.ts';
import { look, made, study, studyStep } from './samples.ts';

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><text font-family='"A" B'>50% & é #1</text></svg>`;
const contents: Readonly<Record<string, string>> = {
  'fig.svg': SVG,
  'fig.csv': 'x,y\n1,2\n',
  'trends.md': '# Trends\n\n| claim | verdict |\n|---|---|\n| <b>a</b> | holds |\n',
  'weights.bin': '\u0000',
};

let folder = '';
const files: Record<string, string> = {};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ar-pipe-report-'));
  for (const [name, text] of Object.entries(contents)) {
    files[`fig/${name}`] = join(folder, name);
    writeFileSync(join(folder, name), text);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const result: Result = {
  name: 'fig',
  step: 'fig',
  state: 'fresh',
  files: Object.entries(contents).map(([name, text]) => ({
    name,
    bytes: text.length,
    digest: 'c'.repeat(64),
  })),
  made: made('fig'),
};
const finished = study([studyStep('data'), studyStep('fig')], [result]);
const half = study(
  [
    studyStep('data', { state: 'failed', failure: { reason: 'stage-threw', message: 'no <space> left' } }),
    studyStep('fig', { state: 'stale', reasons: [{ kind: 'params', name: 'epsilon', before: 4, after: 8 }] }),
    studyStep('late', { state: 'pending', reasons: [{ kind: 'upstream', steps: ['data'] }] }),
  ],
  [
    { ...result, state: 'stale' },
    { name: 'late', step: 'late', state: 'pending', files: null, made: null },
  ],
);
const options = { css: 'p { color: red }', version: '1.2.3', run: null };
const write = (of = finished): Promise<string> => reportHtml(look(of, files), options);

test.each([
  ['finished', finished],
  ['half-finished', half],
  ['empty', study([])],
])('a report of a %s study is valid HTML', async (_, of) => {
  const validator = new HtmlValidate({ root: true, extends: ['html-validate:standard'] });
  const { results } = await validator.validateString(await write(of));
  expect(results.flatMap(({ messages }) => messages)).toEqual([]);
});

test('it needs nothing from outside', async () => {
  const html = await write();
  expect(html).not.toMatch(/(?:src|href)="(?!data:|#)/);
  expect(html).not.toMatch(/<script|<link|@import|url\(/);
});

test('figures are taken along as the drawings they are', async () => {
  const source = /<img\s+src="data:image\/svg\+xml,([^"]*)"/.exec(await write())?.[1];
  expect(decodeURIComponent(source ?? '')).toBe(SVG);
});

test('tables, verdicts and origins are there', async () => {
  const html = await write();
  expect(html).toContain('<span class="verdict holds">holds</span>');
  expect(html).toContain('&lt;b&gt;a&lt;/b&gt;');
  expect(html).toContain(made('fig').key.slice(0, 16));
  expect(html).toContain('tensorflow');
  expect(html).toContain('sample &lt;study&gt;');
  expect(html).not.toContain('not finished');
});

test('a half-finished study says what is missing, what is outdated and what failed', async () => {
  const html = await write(half);
  expect(html).toContain('This study is not finished');
  expect(html).toContain('Missing: late.');
  expect(html).toMatch(/as last built[^.]*fig\./);
  expect(html).toContain('data: no &lt;space&gt; left');
  expect(html).toContain('epsilon was 4, is now 8');
});

test('a report written while a run goes on says so', async () => {
  const run = { ...emptyRun('r'), alive: true };
  expect(await reportHtml(look(half, files), { ...options, run })).toContain('A run was going on');
});
