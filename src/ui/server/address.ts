/**
 * Where the page of a checkout was served last, so that a tab left open finds it again after a restart, and a second `ui`
 * finds the first. Holds the token, so only its owner may read it:
 *
 *     <state>/ui.json     {"port":40123,"token":"…"}
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Address {
  readonly port: number;
  readonly token: string;
}

export const addressText = ({ port, token }: Address): string => `http://127.0.0.1:${port}/${token}/`;

/** 128 bits, in characters that addresses may hold. */
export const newToken = (): string => randomBytes(16).toString('base64url');

const pathIn = (state: string): string => join(state, 'ui.json');

/** Undefined where there was none, or where it cannot be read. */
export function lastAddress(state: string): Address | undefined {
  try {
    const { port, token } = JSON.parse(readFileSync(pathIn(state), 'utf8')) as Partial<Address>;
    const isUsable = Number.isInteger(port) && typeof token === 'string' && /^[\w-]{22}$/.test(token);
    return isUsable ? { port: port!, token: token } : undefined;
  } catch {
    return undefined;
  }
}

export function rememberAddress(state: string, { port, token }: Address): void {
  const path = pathIn(state);
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify({ port, token })}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/** Whether the page of this very checkout answers there. */
export async function answersAt(address: Address, state: string): Promise<boolean> {
  try {
    const response = await fetch(`${addressText(address)}api/hello`, { signal: AbortSignal.timeout(2000) });
    const hello = (await response.json()) as { readonly state?: unknown };
    return response.ok && hello.state === state;
  } catch {
    return false;
  }
}
