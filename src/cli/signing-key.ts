/** The key with which this user signs what it shares. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { errnoText } from '../core/errno.ts';
import { PipelineError } from '../core/failure.ts';
import { newPrivateKey, signerOf, type Signer } from '../remote/signature.ts';

/** AR_PIPE_SIGNING_KEY: the file, or for CI the key itself (PEM). */
export function signingKeyFile(env: NodeJS.ProcessEnv): string {
  const given = env['AR_PIPE_SIGNING_KEY'];
  if (given !== undefined && given !== '' && !isKey(given)) return given;
  const xdg = env['XDG_CONFIG_HOME'];
  const base = xdg && isAbsolute(xdg) ? xdg : join(env['HOME'] ?? homedir(), '.config');
  return join(base, 'ar-pipe/signing-key.pem');
}

const isKey = (text: string): boolean => text.includes('PRIVATE KEY');

/** Undefined where there is no key. Throws PipelineError where it cannot be read. */
export function findSigner(env: NodeJS.ProcessEnv): Signer | undefined {
  const given = env['AR_PIPE_SIGNING_KEY'] ?? '';
  if (isKey(given)) return read('the key in AR_PIPE_SIGNING_KEY', () => given.replaceAll('\\n', '\n'));
  const file = signingKeyFile(env);
  return existsSync(file) ? read(file, () => readFileSync(file, 'utf8')) : undefined;
}

function read(name: string, text: () => string): Signer {
  try {
    return signerOf(text());
  } catch (error) {
    throw new PipelineError({
      reason: 'usage',
      message: `${name} cannot be used for signing: ${errnoText(error) ?? (error as Error).message}`,
      hint: 'ar-pipe keys new makes one (ed25519, PEM)',
    });
  }
}

/** Throws PipelineError where there is one already. */
export function createSigner(env: NodeJS.ProcessEnv): Signer {
  const file = signingKeyFile(env);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, newPrivateKey(), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new PipelineError({
      reason: 'usage',
      message: isThere
        ? `there is a key already: ${file}`
        : `${file} cannot be written: ${errnoText(error) ?? ''}`,
      hint: isThere
        ? 'ar-pipe keys shows it; move the file away to make another'
        : 'AR_PIPE_SIGNING_KEY names another file',
    });
  }
  return findSigner(env)!;
}
