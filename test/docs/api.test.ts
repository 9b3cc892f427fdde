/** docs/api against the types: it is generated, so it must be what would be generated now. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import { afterAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const made = mkdtempSync(join(tmpdir(), 'ar-pipe-api-'));
afterAll(() => {
  rmSync(made, { recursive: true });
});

const pagesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    globSync('**/*.md', { cwd: folder })
      .sort()
      .map((page) => [page, readFileSync(join(folder, page), 'utf8')]),
  );

test('docs/api is up to date; otherwise: npm run docs:api', () => {
  const typedoc = join(root, 'node_modules/typedoc/bin/typedoc');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [typedoc, '--options', join(root, 'docs/typedoc.json'), '--out', made],
    { cwd: root, encoding: 'utf8' },
  );
  expect({ status, said: stdout + stderr }).toMatchObject({ status: 0 });
  expect(pagesIn(join(root, 'docs/api'))).toEqual(pagesIn(made));
}, 300_000);
