import { expect, it } from 'vitest';
import { backendText } from '../../src/ui/backend-text.ts';

it('names a backend and its facts, with digests cut', () => {
  const backend = {
    backend: 'tensorflow',
    'backend.version': '2.21.0',
    'backend.digest': 'f12dc8815ded0e8ecd4b8b21d7366a60b677340954988279aa34fc6255e4e74a',
    'backend.threads': '1',
  };
  expect(backendText(backend)).toBe('tensorflow, version 2.21.0, digest f12dc8815ded0e8e, threads 1');
  expect(backendText({ name: 'cuda', cards: 2 })).toBe('cuda, cards 2');
  expect(backendText('wasm')).toBe('wasm');
});
