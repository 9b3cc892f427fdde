/**
 * Who says that a key gives this result. A digest shows that bytes are those that were meant; nothing but a signature shows
 * by whom: whoever may write to a shared cache could else hand out any bytes for any key, which others then run and load.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/** As it is written into pipelines: `ed25519:` and 32 bytes in base64url. */
export type PublicKey = string;

export interface Signer {
  readonly publicKey: PublicKey;
  sign(line: string): string;
}

/** Whom to believe: holders of these keys, or whoever can write to the cache. */
export type Trust = 'anyone' | ReadonlySet<PublicKey>;

const scheme = 'ed25519:';
/** Nothing signed for another purpose counts here. */
const purpose = 'ar-pipe/remote-entry/1\n';

/** Text of a new private key (PEM). */
export function newPrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** Throws where the text is no private key of this kind. */
export function signerOf(privateKey: string): Signer {
  const key = createPrivateKey(privateKey);
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`a key of the kind ${key.asymmetricKeyType ?? '?'}`);
  return {
    publicKey: textOf(createPublicKey(key)),
    sign: (line) => sign(null, Buffer.from(purpose + line), key).toString('base64'),
  };
}

const textOf = (key: KeyObject): PublicKey => `${scheme}${key.export({ format: 'jwk' }).x!}`;

export const isPublicKey = (text: string): boolean => /^ed25519:[A-Za-z0-9_-]{43}$/.test(text);

function keyOf(text: PublicKey): KeyObject {
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: text.slice(scheme.length) },
    format: 'jwk',
  });
}

/** The line with a signature below it; without a signer the line alone. */
export function signed(line: string, signer: Signer | undefined): string {
  if (!signer) return `${line}\n`;
  return `${line}\n${JSON.stringify({ by: signer.publicKey, signature: signer.sign(line) })}\n`;
}

/** The line, or why it is not to be believed. */
export function believed(text: string, trust: Trust): { readonly line: string } | { readonly why: string } {
  const [line = '', ...signatures] = text.split('\n');
  if (trust === 'anyone') return { line };
  const by: string[] = [];
  for (const { by: name, signature } of signatures.flatMap(parse)) {
    by.push(name);
    if (!trust.has(name) || !isPublicKey(name)) continue;
    if (verify(null, Buffer.from(purpose + line), keyOf(name), Buffer.from(signature, 'base64')))
      return { line };
    return { why: `has a false signature of ${name}` };
  }
  return { why: by.length === 0 ? 'is not signed' : `is signed by ${by.join(', ')}, who is not trusted` };
}

function parse(text: string): { by: string; signature: string }[] {
  try {
    const { by, signature } = JSON.parse(text) as { by: unknown; signature: unknown };
    return typeof by === 'string' && typeof signature === 'string' ? [{ by, signature }] : [];
  } catch {
    return [];
  }
}
