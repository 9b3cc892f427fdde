/** Two people, one cache: behind nginx where it is installed, in a folder everywhere. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Env, Project } from './project.ts';
import { study } from './study.ts';

const hasNginx = spawnSync('nginx', ['-v']).status === 0;

let folder: string;
let anna: Project;
let ben: Project;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-cache-')));
  anna = study();
  ben = study();
});
afterEach(() => {
  anna.close();
  ben.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Each has a key of their own. */
const as = (who: string, more: Env = {}): Env => ({
  XDG_CONFIG_HOME: join(folder, who),
  AR_PIPE_REMOTE: join(folder, 'cache'),
  ...more,
});
const keyOf = async (project: Project, env: Env): Promise<string> => {
  const { stdout } = await project.ap(['keys', 'new', '--json'], env);
  return (JSON.parse(stdout) as { own: string }).own;
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Reading is free, writing wants a password (a:b). */
async function startNginx(): Promise<{ url: string; child: ChildProcess }> {
  const port = await freePort();
  mkdirSync(join(folder, 'www/cache'), { recursive: true });
  writeFileSync(join(folder, 'writers'), 'a:{PLAIN}b\n');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port}; location /cache/ { root ${folder}/www; dav_methods PUT; create_full_put_path on;
    client_max_body_size 0; limit_except GET HEAD { auth_basic "write"; auth_basic_user_file ${folder}/writers; } } } }
`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/cache`;
  for (;;) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered || child.exitCode !== null) return { url, child };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('results go from one to the other, once keys are known', async () => {
  await anna.run([], as('anna'));
  const unsigned = await anna.ap(['push'], as('anna'));
  expect(unsigned.status).toBe(2);
  expect(unsigned.stderr).toContain('ar-pipe keys new');
  const key = await keyOf(anna, as('anna'));
  expect(statSync(join(folder, 'anna/ar-pipe/signing-key.pem')).mode & 0o777).toBe(0o600);
  const pushed = await anna.ap(['push'], as('anna'));
  expect(pushed).toMatchObject({ status: 0, stdout: expect.stringMatching(/^pushed 4 results/) as string });

  const strange = await ben.ap(['pull'], as('ben'));
  expect(strange.stdout).toContain('who is not trusted');
  const trusting = as('ben', { AR_PIPE_REMOTE_TRUST: key });
  const pulled = await ben.ap(['pull', '--json'], trusting);
  expect(
    (JSON.parse(pulled.stdout) as { steps: { outcome: string }[] }).steps.map(({ outcome }) => outcome),
  ).toEqual(Array(4).fill('pulled'));
  const ran = await ben.run([], trusting);
  expect(ran.built).toEqual([]);
  expect(ben.read('artifacts/table/table.csv')).toBe(anna.read('artifacts/table/table.csv'));
});

test('a run takes results itself, unless it is told to stay offline', async () => {
  const key = await keyOf(anna, as('anna'));
  await anna.run([], as('anna'));
  await anna.ap(['push'], as('anna'));
  const trusting = as('ben', { AR_PIPE_REMOTE_TRUST: key });
  const offline = await ben.run(['--offline'], trusting);
  expect(offline.built).toHaveLength(4);
  rmSync(ben.path('cache'), { recursive: true });
  const online = await ben.run([], trusting);
  expect(online.built).toEqual([]);
  expect(online.events.flatMap((event) => (event.event === 'step-finished' ? [event.from] : []))).toEqual(
    Array(4).fill('remote'),
  );
});

describe.skipIf(!hasNginx)('behind nginx', () => {
  let nginx: Awaited<ReturnType<typeof startNginx>>;
  beforeEach(async () => (nginx = await startNginx()));
  afterEach(() => nginx.child.kill('SIGKILL'));

  test('writing wants the password, reading does not; where it is gone a run goes on by itself', async () => {
    const key = await keyOf(anna, as('anna'));
    const there = (who: string, more: Env = {}): Env => as(who, { AR_PIPE_REMOTE: nginx.url, ...more });
    await anna.run([], there('anna'));
    const refused = await anna.ap(['push'], there('anna'));
    expect(refused).toMatchObject({ status: 1, stdout: expect.stringContaining('401') as string });
    const pushed = await anna.ap(['push'], there('anna', { AR_PIPE_REMOTE_TOKEN: 'Basic YTpi' }));
    expect(pushed).toMatchObject({ status: 0, stdout: expect.stringMatching(/^pushed 4 results/) as string });

    const trusting = there('ben', { AR_PIPE_REMOTE_TRUST: key });
    const ran = await ben.run([], trusting);
    expect(ran.built).toEqual([]);

    nginx.child.kill('SIGKILL');
    rmSync(ben.path('cache'), { recursive: true });
    const alone = await ben.run([], trusting);
    expect(alone).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('is left aside for this run') as string,
    });
    expect(alone.built).toHaveLength(4);
  });
});

test('Ctrl-C does not wait for a cache that is slow to answer', async () => {
  const asked = { resolve: (): void => undefined };
  const first = new Promise<void>((resolve) => (asked.resolve = resolve));
  const slow = createHttpServer(() => {
    asked.resolve();
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const { port } = slow.address() as AddressInfo;
  const started = anna.start(['run'], as('anna', { AR_PIPE_REMOTE: `http://127.0.0.1:${port}/` }));
  await first;
  started.child.kill('SIGINT');
  const ended = await started.ended;
  slow.closeAllConnections();
  slow.close();
  expect(ended.status).toBe(130);
  expect(ended.stderr).not.toContain('left aside');
});

test.each([
  ['ftp://lab/cache', 'is no address of a shared cache'],
  ['https://me:secret@lab/cache', 'a password would be written into logs'],
])('AR_PIPE_REMOTE=%s is refused in a sentence', async (url, words) => {
  const ended = await anna.ap(['push'], as('anna', { AR_PIPE_REMOTE: url }));
  expect(ended.status).toBe(2);
  expect(ended.stderr).toContain(words);
  expect(ended.stderr).not.toContain('secret');
});
