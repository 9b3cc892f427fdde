import { expect, it } from 'vitest';
import { believed, isPublicKey, newPrivateKey, signed, signerOf } from '../../src/remote/signature.ts';
import { fc } from '../properties.ts';

const anna = signerOf(newPrivateKey());
const ben = signerOf(newPrivateKey());
const line = '{"sha256":"ab","entry":{}}';

it('believes those it trusts, and nobody else', () => {
  const text = signed(line, anna);
  expect(believed(text, new Set([anna.publicKey]))).toEqual({ line });
  expect(believed(text, new Set([ben.publicKey]))).toEqual({
    why: `is signed by ${anna.publicKey}, who is not trusted`,
  });
  expect(believed(text, new Set())).toHaveProperty('why');
  expect(believed(signed(line, undefined), new Set([anna.publicKey]))).toEqual({ why: 'is not signed' });
  expect(believed(signed(line, undefined), 'anyone')).toEqual({ line });
});

it('one of several signatures is enough', () => {
  const both = signed(line, ben) + signed(line, anna).split('\n')[1]!;
  expect(believed(both, new Set([anna.publicKey]))).toEqual({ line });
});

it('whatever is changed in the line is found', () => {
  const [, signature] = signed(line, anna).split('\n');
  fc.assert(
    fc.property(fc.nat(line.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (at, text) => {
      const other = (line.slice(0, at) + text + line.slice(at + 1)).split('\n')[0]!;
      fc.pre(other !== line);
      expect(believed(`${other}\n${signature!}\n`, new Set([anna.publicKey]))).toHaveProperty('why');
    }),
  );
});

it("a signature under somebody else's name, or of no sense, counts for nothing", () => {
  const forged = JSON.stringify({ by: anna.publicKey, signature: ben.sign(line) });
  expect(believed(`${line}\n${forged}\n`, new Set([anna.publicKey]))).toEqual({
    why: `has a false signature of ${anna.publicKey}`,
  });
  for (const junk of ['{', '[]', '{"by":3}', 'null', `{"by":"${anna.publicKey}","signature":"?"}`])
    expect(believed(`${line}\n${junk}\n`, new Set([anna.publicKey]))).toHaveProperty('why');
});

it('knows public keys by their form', () => {
  expect(isPublicKey(anna.publicKey)).toBe(true);
  expect(isPublicKey('ed25519:short')).toBe(false);
  expect(() => signerOf('no key')).toThrow();
});
