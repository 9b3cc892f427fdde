import { expect, test } from 'vitest';
import { loadBackend } from 'ar-pipe/tf';

test("WebAssembly does not take over the process's errors", async () => {
  const before = process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
  const { name, threads } = await loadBackend({ backend: 'wasm', threads: 2 });
  expect({ name, threads }).toEqual({ name: 'wasm', threads: 1 });
  expect(process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection')).toBe(
    before,
  );
});
