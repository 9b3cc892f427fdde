/** The shared cache of a pipeline, as it and the environment say: where, whom to believe, with which password. */
import { resolve } from 'node:path';
import type { Report } from '../core/events.ts';
import { PipelineError } from '../core/failure.ts';
import { createDirectoryRemote } from '../remote/directory.ts';
import { createHttpRemote } from '../remote/http.ts';
import type { Remote } from '../remote/remote.ts';
import { createRemoteResults, type RemoteResults } from '../remote/results.ts';
import { isPublicKey, type Signer, type Trust } from '../remote/signature.ts';
import { findSigner } from './signing-key.ts';
import type { Opened } from './workshop.ts';

export interface RemoteSettings {
  readonly remote: Remote | undefined;
  readonly trust: Trust;
  readonly signer: Signer | undefined;
}

/** Throws PipelineError (usage) for settings that make no sense. */
export function remoteSettings(
  { loaded, project }: Pick<Opened, 'loaded' | 'project'>,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): RemoteSettings {
  const { remote: declared } = loaded.pipeline;
  const url = env['AR_PIPE_REMOTE'] || declared?.url;
  const signer = findSigner(env);
  const given = env['AR_PIPE_REMOTE_TRUST']?.split(',').map((key) => key.trim()) ?? declared?.trust ?? [];
  return {
    remote: url === undefined ? undefined : openRemote(url, project.folder, env, signal),
    trust: trustOf(typeof given === 'string' ? [given] : given, signer),
    signer,
  };
}

function trustOf(given: readonly string[], signer: Signer | undefined): Trust {
  if (given.includes('anyone')) return 'anyone';
  const wrong = given.find((key) => !isPublicKey(key));
  if (wrong !== undefined)
    throw refusal(
      `remote.trust: '${wrong}' is no public key`,
      `write them as ar-pipe keys prints them, or 'anyone'`,
    );
  return new Set([...given, ...(signer ? [signer.publicKey] : [])]);
}

function openRemote(
  url: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Remote {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(url)) return createDirectoryRemote(resolve(folder, url));
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:')
    throw refusal(`remote: '${url}' is no address of a shared cache`, 'give https://…, or a folder');
  if (parsed.username !== '' || parsed.password !== '')
    throw refusal(
      'remote: an address with a password would be written into logs',
      'put it into AR_PIPE_REMOTE_TOKEN',
    );
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname) && env['AR_PIPE_REMOTE_TOKEN'])
    throw refusal('remote: http:// would send AR_PIPE_REMOTE_TOKEN for everybody to read', 'use https://');
  return createHttpRemote(parsed, { authorization: env['AR_PIPE_REMOTE_TOKEN'] || undefined, signal });
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host.startsWith('127.');

const refusal = (message: string, hint: string): PipelineError =>
  new PipelineError({ reason: 'usage', message, hint });

/** For a run: undefined where the pipeline has none. Results that are not taken are said once for each cause. */
export function sharedResults(
  workshop: Opened,
  report: Report,
  signal: AbortSignal,
): RemoteResults | undefined {
  const { remote, trust, signer } = remoteSettings(workshop, process.env, signal);
  if (!remote) return undefined;
  const said = new Set<string>();
  const onRefused = (key: string, why: string): void => {
    if (said.has(why)) return;
    said.add(why);
    const message = `a result in the shared cache is not used: ${key.slice(0, 12)} ${why}`;
    report({ event: 'notice', level: 'warn', message });
  };
  return createRemoteResults({ remote, store: workshop.store, trust, signer, onRefused });
}

/** For `push` and `pull`, which are about nothing else. Throws PipelineError where there is none. */
export function requireRemote(settings: RemoteSettings): Remote {
  if (settings.remote) return settings.remote;
  throw refusal(
    'no shared cache is named',
    "name one in pipeline.ts: pipeline({ remote: { url: 'https://…' or a folder }, … }), or in AR_PIPE_REMOTE",
  );
}
