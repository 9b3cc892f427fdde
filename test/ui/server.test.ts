import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PipelineError } from '../../src/core/failure.ts';
import { thisProcess } from '../../src/store/owner.ts';
import type { Message } from '../../src/ui/run-view.ts';
import { createApp } from '../../src/ui/server/app.ts';
import { followRuns } from '../../src/ui/server/follow.ts';
import { isOwnHost, isToken } from '../../src/ui/server/guard.ts';
import { createHub } from '../../src/ui/server/hub.ts';
import { createLooks } from '../../src/ui/server/looks.ts';
import { serve } from '../../src/ui/server/serve.ts';
import { tailOf } from '../../src/ui/server/tail.ts';
import type { LookAt } from '../../src/ui/study.ts';
import { look, study, studyStep } from './samples.ts';

const assets = { 'index.html': '<p>page</p>', 'page.js': '1', 'page.css': 'p{}' };
let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'ar-pipe-ui-'));
});
afterEach(() => {
  rmSync(state, { recursive: true, force: true });
});

const token = 'secret';
const port = 4000;

function app(lookAt: LookAt = () => Promise.resolve(look(study([studyStep('a')])))): Hono {
  return createApp({ token, port: () => port, assets, state, lookAt, hub: createHub(followRuns(state)) });
}
const ask = (to: Hono, path: string, host = `127.0.0.1:${port}`): Promise<Response> =>
  Promise.resolve(to.request(path, { headers: { host } }));

test('whoever has the address gets the page', async () => {
  const answer = await ask(app(), `/${token}/`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('<p>page</p>');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await ask(app(), `/${token}/page.js`)).headers.get('content-type')).toContain('javascript');
});

test.each([
  '/',
  '/page.js',
  '/api/study',
  '/wrong/',
  '/wrong/api/study',
  '/secrets/',
  '/secre/',
  '//secret/',
])('without the token nothing is told: %s', async (path) => {
  const answer = await ask(app(), path);
  expect(answer.status).toBe(403);
  expect(await answer.text()).not.toMatch(/page<|sample/);
});

test('another name for this machine is refused, even with the token', async () => {
  const answer = await ask(app(), `/${token}/api/study`, 'evil.example:4000');
  expect(answer.status).toBe(421);
});

test.each([
  ['127.0.0.1:4000', true],
  ['localhost:4000', true],
  ['127.0.0.1:4001', false],
  ['127.0.0.1', false],
  ['evil.example:4000', false],
  [undefined, false],
])('host %s: %s', (host, own) => {
  expect(isOwnHost(host, port)).toBe(own);
});

test('a token is the whole token', () => {
  expect(isToken('secret', 'secret')).toBe(true);
  for (const other of ['', 'secre', 'secrets', 'SECRET']) expect(isToken(other, 'secret')).toBe(false);
});

test('a pipeline that cannot be read is told as what it is', async () => {
  const broken = app(() => {
    throw new PipelineError({
      reason: 'pipeline-not-loaded',
      message: 'a brace is missing',
      at: 'pipeline.ts:3:1',
    });
  });
  const answer = await ask(broken, `/${token}/api/study`);
  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({
    failure: { message: 'a brace is missing', at: 'pipeline.ts:3:1' },
  });
});

test('stored files are shown, never run', async () => {
  const svg = join(state, 'a.svg');
  writeFileSync(svg, '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  const served = app(() => Promise.resolve(look(study([]), { 'a/a.svg': svg, 'a/a.html': svg })));
  const drawing = await ask(served, `/${token}/file?step=a&name=a.svg`);
  expect(drawing.headers.get('content-type')).toBe('image/svg+xml');
  expect(drawing.headers.get('content-security-policy')).toContain('sandbox');
  expect((await ask(served, `/${token}/file?step=a&name=a.html`)).headers.get('content-type')).toBe(
    'application/octet-stream',
  );
  expect((await ask(served, `/${token}/file?step=a&name=../../etc/passwd`)).status).toBe(404);
});

test('a look is kept until one asks anew; a default profile and its name share one', async () => {
  let looks = 0;
  const { of } = createLooks(() => {
    looks++;
    return Promise.resolve(look(study([])));
  });
  await of(undefined);
  await of(undefined);
  await of('quick');
  expect(looks).toBe(1);
  await Promise.all([of('quick', true), of('quick', true), of(undefined, true)]);
  expect(looks).toBe(2);
});

test('a look that fails leaves what was seen before', async () => {
  let broken = false;
  const { of } = createLooks(() =>
    broken ? Promise.reject(new Error('broken')) : Promise.resolve(look(study([]))),
  );
  const first = await of(undefined);
  broken = true;
  await expect(of(undefined, true)).rejects.toThrow('broken');
  expect(await of(undefined)).toBe(first);
});

test('lines come whole, however they were written', () => {
  const path = join(state, 'lines');
  const tail = tailOf(path);
  expect(tail.read()).toEqual([]);
  const bytes = Buffer.from('ä\nb\n');
  appendFileSync(path, bytes.subarray(0, 1));
  expect(tail.read()).toEqual([]);
  appendFileSync(path, bytes.subarray(1));
  expect(tail.read()).toEqual(['ä', 'b']);
  expect(tail.read()).toEqual([]);
});

const lines = (...events: object[]): string => events.map((each) => `${JSON.stringify(each)}\n`).join('');
const runStarted = (run: string): object => ({
  event: 'run-started',
  run,
  pipeline: 'p',
  profile: 'quick',
  targets: ['t'],
  steps: 1,
  at: '2026-01-02T03:04:05.000Z',
});

function writeRun(run: string, events: string, progress = ''): void {
  for (const folder of ['runs', 'progress']) mkdirSync(join(state, folder), { recursive: true });
  appendFileSync(join(state, 'runs', `${run}.ndjson`), events);
  appendFileSync(join(state, 'progress', `${run}.ndjson`), progress);
}

test('a run started elsewhere is followed, and the next one after it', () => {
  const follower = followRuns(state);
  expect(follower.look()).toEqual([]);
  const owner = lines({ owner: thisProcess(), at: '2026-01-02T03:04:05.000Z' });
  writeRun('1', lines(runStarted('1')), owner);
  expect(follower.look()).toMatchObject([{ kind: 'run', view: { run: '1', alive: true } }]);
  writeRun('1', '', lines({ t: 10, step: 'a', done: 1, total: 2, unit: 'epoch', metrics: { loss: null } }));
  expect(follower.look()).toMatchObject([
    { kind: 'news', run: '1', news: [{ kind: 'progress', line: { metrics: {} } }] },
  ]);
  expect(follower.look()).toEqual([]);
  writeRun('1', lines({ event: 'run-finished', run: '1', ok: true, counts: {}, ms: 5 }));
  expect(follower.look()).toMatchObject([{ news: [{ kind: 'event' }, { kind: 'alive', alive: false }] }]);
  writeRun('2', lines(runStarted('2')));
  expect(follower.look()).toMatchObject([{ kind: 'run', view: { run: '2', alive: false, ended: null } }]);
});

test('a page that comes late gets the run as it is, then what is new', () => {
  writeRun('1', lines(runStarted('1')));
  const hub = createHub(followRuns(state));
  const heard: Message[] = [];
  const leave = hub.join((message) => heard.push(message));
  leave();
  hub.close();
  expect(heard).toMatchObject([{ kind: 'run', view: { run: '1' } }]);
});

test('a second page of a checkout is led to the first; after a restart the address is the same', async () => {
  const options = { state, assets, lookAt: () => Promise.resolve(look(study([]))), port: undefined };
  const first = await serve(options);
  expect(statSync(join(state, 'ui.json')).mode & 0o077).toBe(0);
  const second = await serve(options);
  expect(second).toMatchObject({ address: first.address, already: true });
  await first.close();
  const third = await serve(options);
  expect(third).toMatchObject({ address: first.address, already: false });
  await third.close();
});

test('a port that is taken is refused with what to do', async () => {
  const taken = createServer();
  await new Promise<void>((done) => {
    taken.listen(0, '127.0.0.1', done);
  });
  const address = taken.address();
  const busy = typeof address === 'object' && address ? address.port : 0;
  const refused = serve({ state, assets, lookAt: () => Promise.reject(new Error()), port: busy });
  await expect(refused).rejects.toMatchObject({
    failure: {
      reason: 'usage',
      message: `port ${busy} is taken by another program`,
      hint: expect.stringContaining('--port') as string,
    },
  });
  taken.close();
});
