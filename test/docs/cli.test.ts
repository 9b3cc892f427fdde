/** The JSON schema in docs/cli.md against what the commands print. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { canTrace } from '../e2e/kill-points.ts';
import { exampleProject, root } from './example.ts';

const markdown = readFileSync(join(root, 'docs/cli.md'), 'utf8');
const text = /^```json schema\n(.*?)^```$/ms.exec(markdown)![1]!;
/** zod looks for required fields among `properties` alone, so those that may be anything are added there. */
const withAllRequired = (_name: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('required' in value)) return value;
  const anything = Object.fromEntries((value.required as string[]).map((field) => [field, {}]));
  return {
    ...value,
    properties: { ...anything, ...('properties' in value ? (value.properties as object) : {}) },
  };
};
const { $defs } = JSON.parse(text, withAllRequired) as { $defs: Record<string, object> };

/** What is wrong with a document, or nothing. */
function complaints(name: string, document: unknown): string[] {
  const schema = z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs } as Parameters<
    typeof z.fromJSONSchema
  >[0]);
  const issues = schema.safeParse(document).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const project = exampleProject();
afterAll(() => {
  project.remove();
});

test('the schema refuses what it should', () => {
  expect(complaints('log', { step: 'a', log: 1 })).not.toEqual([]);
  expect(complaints('graph', { pipeline: 'a', nodes: [], edges: [] })).not.toEqual([]);
  expect(
    complaints('event', { event: 'step-finished', step: 'a', outcome: 'eaten', key: null, ms: 1 }),
  ).not.toEqual([]);
});

test('every line of a run is an event', async () => {
  const lines = (await project.arPipe('run', '--json'))
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(lines.length).toBeGreaterThan(8);
  expect(lines.flatMap((line) => complaints('event', line))).toEqual([]);
});

describe('documents', () => {
  const commands: readonly (readonly [string, ...string[]])[] = [
    ['status'],
    ['status', 'run', '--dry-run', '--set', 'count/harbour/from-1.minLength=2'],
    ['why', 'why', 'table'],
    ['show', 'show', 'count/harbour/from-1'],
    ['show', 'show', 'lines'],
    ['provenance', 'show', '--provenance', 'table'],
    ['list'],
    ['log', 'log', 'count/harbour/from-1'],
    ['get', 'get', 'table', '-o', 'got'],
    ['graph'],
    ['graph', 'graph', '--full'],
    ['history'],
    ['completion', 'completion', 'fish'],
    ['diff', 'diff', 'count/harbour/from-1', 'count/harbour/from-4'],
    ['diff', 'diff', 'table', 'table', '-v'],
    ['exec', 'exec', 'count/harbour/from-1'],
    ...(canTrace ? [['audit', 'audit', 'count/harbour/from-1'] as const] : []),
    ['verify'],
    ['verify', 'verify', '--recompute', 'table'],
    ['gc', 'gc', '--max-size', '0', '--dry-run'],
    ['freeze', 'freeze', 'table'],
    ['status', 'status', 'table'],
    ['freeze', 'freeze', '--off', 'table'],
    ['accept', 'accept', 'table'],
    ['forget', 'forget', 'table'],
  ];
  test.each(commands.map(([name, ...args]) => ({ name, args: args.length > 0 ? args : [name] })))(
    '$args is a $name',
    async ({ name, args }) => {
      const document = JSON.parse(await project.arPipe(...args, '--json')) as unknown;
      expect(complaints(name, document)).toEqual([]);
    },
  );
});

test('the JSON lines shown are of that form', () => {
  const blocks = [...markdown.matchAll(/^```json\n(.*?)^```$/gms)].flatMap(([, body]) =>
    body!.trim().split('\n'),
  );
  expect(blocks.flatMap((line) => complaints('event', JSON.parse(line)))).toEqual([]);
});
