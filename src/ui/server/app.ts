/**
 * The page's requests. Everything lies below `/<token>/`, so that no address without it tells anything:
 *
 *     /<token>/                                   the page; page.js, page.css
 *     /<token>/api/study?profile=                 the pipeline as it stands (`again` looks anew)
 *     /<token>/api/step?name=&profile=            one step in full
 *     /<token>/api/runs, /api/run?id=             past runs; one of them
 *     /<token>/api/compare?a=&b=                  two runs side by side
 *     /<token>/api/events                         the newest run as it goes on, as server-sent events
 *     /<token>/api/table?step=&name=&profile=     a stored table or text as HTML
 *     /<token>/file?step=&name=&profile=          a stored file
 *
 * It only reads.
 */
import { readFile } from 'node:fs/promises';
import { Hono, type Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { toFailure } from '../../core/failure.ts';
import { toldRuns } from '../../report/outcome.ts';
import { curvesOf } from '../../report/progress.ts';
import { readProgress } from '../../report/progress-record.ts';
import { typeOf } from '../file-kind.ts';
import { compareRuns } from '../compare.ts';
import { tableHtml } from '../table-html.ts';
import type { RunView } from '../run-view.ts';
import type { LookAt } from '../study.ts';
import { createLooks } from './looks.ts';
import { fileHeaders, isOwnHost, isToken, pageHeaders } from './guard.ts';
import { readRunView } from './follow.ts';
import type { Hub } from './hub.ts';

/** The page as it was built: its HTML, script and style. */
export type Assets = Readonly<Record<'index.html' | 'page.js' | 'page.css', string>>;

export interface AppParts {
  readonly token: string;
  readonly port: () => number;
  readonly assets: Assets;
  /** The checkout's state folder. */
  readonly state: string;
  readonly lookAt: LookAt;
  readonly hub: Hub;
}

const HISTORY = 200;
const MOST_ROWS = 200;
const types: Readonly<Record<keyof Assets, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
};

export function createApp({ token, port, assets, state, lookAt, hub }: AppParts): Hono {
  const looks = createLooks(lookAt);
  const app = new Hono();

  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(pageHeaders)) c.header(name, value);
    if (!isOwnHost(c.req.header('host'), port()))
      return c.text('This page answers to 127.0.0.1 only.\n', 421);
    const given = c.req.path.split('/')[1] ?? '';
    if (!isToken(given, token))
      return c.text('Take the whole address from the terminal, with its token: ar-pipe ui prints it.\n', 403);
    return next();
  });

  const asset = (name: keyof Assets) => (c: Context) =>
    c.body(assets[name], 200, { 'content-type': types[name] });
  app.get(`/${token}`, (c) => c.redirect(`/${token}/`));
  app.get(`/${token}/`, asset('index.html'));
  app.get(`/${token}/page.js`, asset('page.js'));
  app.get(`/${token}/page.css`, asset('page.css'));

  const api = app.basePath(`/${token}/api`);
  api.get('/hello', (c) => c.json({ tool: 'ar-pipe', state }));
  api.get('/study', async (c) => {
    try {
      const { study } = await looks.of(profileIn(c), c.req.query('again') !== undefined);
      return c.json(study);
    } catch (error) {
      return c.json({ failure: { ...toFailure(error), stack: undefined } }, 409);
    }
  });
  api.get('/step', async (c) => {
    const name = c.req.query('name') ?? '';
    const detail = (await looks.of(profileIn(c))).step(name);
    if (!detail) return c.json({ failure: { message: `there is no step '${name}'` } }, 404);
    const view = hub.view();
    const live = view?.steps[name] ? curvesOf(readProgress(state, view.run), name) : [];
    return c.json(live.length > 0 ? { ...detail, curves: live } : detail);
  });
  api.get('/runs', (c) => c.json(toldRuns(state, HISTORY, (run) => readRunView(state, run).alive)));
  api.get('/run', (c) => c.json(readRunView(state, c.req.query('id') ?? '')));
  api.get('/compare', async (c) => {
    const side = (name: string): RunView => readRunView(state, c.req.query(name) ?? '');
    const [a, b] = [side('a'), side('b')];
    const look = await looks.of(b.profile || undefined);
    return c.json(await compareRuns(a, b, look.differ));
  });
  api.get('/events', (c) =>
    streamSSE(c, async (stream) => {
      const gone = new Promise<void>((done) => {
        stream.onAbort(done);
      });
      const leave = hub.join((message) => {
        void stream.writeSSE({ data: JSON.stringify(message) });
      });
      await gone;
      leave();
    }),
  );

  api.get('/table', async (c) => {
    const name = c.req.query('name') ?? '';
    const path = await (await looks.of(profileIn(c))).file(c.req.query('step') ?? '', name);
    if (path === undefined) return c.text('', 404);
    return c.html(tableHtml(name, await readFile(path, 'utf8'), MOST_ROWS));
  });

  app.get(`/${token}/file`, async (c) => {
    const [step, name] = [c.req.query('step') ?? '', c.req.query('name') ?? ''];
    const path = await (await looks.of(profileIn(c))).file(step, name);
    if (path === undefined) return c.text(`There is no ${name} of ${step} in the store.\n`, 404);
    return c.body(await readFile(path), 200, { ...fileHeaders, 'content-type': typeOf(name) });
  });

  app.notFound((c) => c.text('Nothing is here.\n', 404));
  app.onError((error, c) => c.json({ failure: { ...toFailure(error), stack: undefined } }, 500));
  return app;
}

/** Undefined: the default one. */
const profileIn = (c: Context): string | undefined => c.req.query('profile') || undefined;
