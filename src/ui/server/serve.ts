/** The page's server: on this machine only, at an address nobody can guess. */
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { PipelineError } from '../../core/failure.ts';
import type { LookAt } from '../study.ts';
import { addressText, answersAt, lastAddress, newToken, rememberAddress } from './address.ts';
import { createApp, type Assets } from './app.ts';
import { followRuns } from './follow.ts';
import { createHub } from './hub.ts';

export interface Served {
  /** With the token: whoever has it may look. */
  readonly address: string;
  /** Another process serves the page of this checkout already; nothing was started. */
  readonly already: boolean;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** The checkout's state folder. */
  readonly state: string;
  readonly assets: Assets;
  readonly lookAt: LookAt;
  /** Undefined: that of the last time if it is free, else any. 0: any. */
  readonly port: number | undefined;
}

/** Throws PipelineError: usage, where the port that was asked for is taken. */
export async function serve({ state, assets, lookAt, port }: ServeOptions): Promise<Served> {
  const last = lastAddress(state);
  if (last && (await answersAt(last, state)))
    return { address: addressText(last), already: true, close: () => Promise.resolve() };
  const token = last?.token ?? newToken();
  const hub = createHub(followRuns(state));
  let listening = 0;
  const app = createApp({ token, port: () => listening, assets, state, lookAt, hub });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  listening = await listen(server, port, last?.port);
  const address = { port: listening, token };
  rememberAddress(state, address);
  return {
    address: addressText(address),
    already: false,
    close: () =>
      new Promise((done) => {
        hub.close();
        server.close(() => {
          done();
        });
        // Pages hold theirs open to hear what happens.
        server.closeAllConnections();
      }),
  };
}

async function listen(
  server: Server,
  asked: number | undefined,
  before: number | undefined,
): Promise<number> {
  if (asked !== undefined) {
    try {
      return await listenAt(server, asked);
    } catch (error) {
      throw new PipelineError(portFailure(error, asked));
    }
  }
  return listenAt(server, before ?? 0).catch(() => listenAt(server, 0));
}

function listenAt(server: Server, port: number): Promise<number> {
  return new Promise((done, refuse) => {
    server.once('error', refuse);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refuse);
      const address = server.address();
      done(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function portFailure(error: unknown, port: number): PipelineError['failure'] {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return {
      reason: 'usage',
      message: `port ${port} is taken by another program`,
      hint: 'choose another with --port N, or leave --port out: a free one is found',
    };
  if (code === 'EACCES')
    return {
      reason: 'usage',
      message: `port ${port} may not be used by you`,
      hint: 'choose one from 1024 with --port N',
    };
  return { reason: 'usage', message: `port ${port}: ${message}` };
}
