/** What an editor offers where the cursor (§) is, asked of TypeScript's language service as editors do. */
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const file = join(root, 'editor-sample.ts');
const marked = `import { defineStage, step } from 'ar-pipe';
import * as z from 'zod';
const split = defineStage({ outputs: ['train.csv', 'test.csv'], run() {} });
const fit = defineStage({
  params: z.strictObject({ degree: z.number(), ridge: z.number().default(0) }),
  needs: { train: 'train.csv', test: 'test.csv' },
  outputs: ['model.json', 'score.json'],
  run({ params, needs, out }) {
    params.§;
    needs.§;
    out('§');
  },
});
const parts = step('split', split);
step('fit/a', fit, { params: { § }, needs: { train: parts, § } });
`;
const pieces = marked.split('§');
const text = pieces.join('');
const cursors = pieces.slice(0, -1).map((_, i) => pieces.slice(0, i + 1).join('').length);

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
  ts.sys,
  root,
);
const service = ts.createLanguageService({
  getScriptFileNames: () => [file],
  getScriptVersion: () => '0',
  getScriptSnapshot(name) {
    const content = name === file ? text : ts.sys.readFile(name);
    return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
  },
  getCurrentDirectory: () => root,
  getCompilationSettings: () => options,
  getDefaultLibFileName: (of) => ts.getDefaultLibFilePath(of),
  fileExists: (path) => ts.sys.fileExists(path),
  readFile: (path) => ts.sys.readFile(path),
});

it('an editor offers parameters, needs and outputs by name', { timeout: 60_000 }, () => {
  const offered = cursors.map((cursor) =>
    (service.getCompletionsAtPosition(file, cursor, {})?.entries ?? []).map(({ name }) => name).sort(),
  );
  expect(offered).toEqual([
    ['degree', 'ridge'],
    ['test', 'train'],
    ['model.json', 'score.json'],
    ['degree', 'ridge'],
    ['test'],
  ]);
});
