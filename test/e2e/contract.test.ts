/** The fixed contract of docs/cli.md: events, documents, exit statuses, and which stream says what. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Project, RunEnded } from './project.ts';
import { study } from './study.ts';

let project: Project;
let first: RunEnded;
beforeAll(async () => {
  project = study();
  first = await project.run();
});
afterAll(() => {
  project.close();
});

const hex = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
const ms = expect.any(Number) as number;

describe('run --json', () => {
  test('has the contract’s events with their fields in order', () => {
    expect(first.status).toBe(0);
    const fields = (kind: string): string =>
      Object.keys(first.events.find(({ event }) => event === kind) ?? {}).join(' ');
    expect(fields('run-started')).toBe('event run pipeline profile targets steps at');
    expect(fields('step-started')).toBe('event step key reasons etaMs');
    expect(fields('step-progress')).toBe('event step done total unit metrics');
    expect(fields('step-finished')).toBe('event step outcome key ms');
    expect(fields('run-finished')).toBe('event run ok counts ms');
  });

  test('starts and ends with the run, and finishes each step once after starting it', () => {
    const { events } = first;
    expect(events[0]).toMatchObject({
      pipeline: 'study',
      profile: 'quick',
      targets: ['table'],
      steps: 4,
      at: iso,
    });
    expect(events.at(-1)).toEqual({
      event: 'run-finished',
      run: expect.any(String) as string,
      ok: true,
      counts: { built: 4, reused: 0, failed: 0, notRun: 0 },
      ms,
    });
    for (const step of ['text', 'count/a', 'count/b', 'table']) {
      const own = events.filter((event) => 'step' in event && event.step === step).map(({ event }) => event);
      expect(own.filter((event) => event !== 'step-progress')).toEqual(['step-started', 'step-finished']);
    }
    expect(events.find(({ event }) => event === 'step-started')).toMatchObject({
      step: 'text',
      key: hex,
      reasons: [{ kind: 'new' }],
      etaMs: null,
    });
    expect(events.find(({ event }) => event === 'step-progress')).toMatchObject({
      done: 1,
      total: 1,
      unit: 'text',
    });
    expect(first.stderr).toBe('');
  });

  test('a second run reuses everything; --force runs what is named; --json-summary says two lines', async () => {
    const again = await project.run();
    expect(new Set(Object.values(again.outcomes))).toEqual(new Set(['reused']));
    expect(again.events.at(-1)).toMatchObject({ counts: { built: 0, reused: 4, failed: 0, notRun: 0 } });
    const forced = await project.run(['--force', 'count/*']);
    expect(forced.built).toEqual(['count/a', 'count/b']);
    expect(forced.events.find(({ event }) => event === 'step-started')).toMatchObject({
      reasons: [{ kind: 'forced' }],
      etaMs: ms,
    });
    const { lines } = await project.ap(['run', '--json', '--json-summary']);
    expect(lines).toMatchObject([{ event: 'run-started' }, { event: 'run-finished' }]);
  });

  test('--dry-run prints status’s document with wouldRun and runs nothing; --set changes one step', async () => {
    const runs = readdirSync(project.path('cache/runs')).length;
    const plan = await project.json(['run', '-n', '--set', 'count/a.word=c']);
    expect(Object.keys(plan)).toEqual(['pipeline', 'profile', 'counts', 'steps', 'wouldRun']);
    expect(plan).toMatchObject({
      counts: { fresh: 2, stale: 1, pending: 1, failed: 0 },
      wouldRun: ['count/a', 'table'],
    });
    expect(readdirSync(project.path('cache/runs'))).toHaveLength(runs);
    const text = await project.ap(['run', '--dry-run', '--set', 'count/a.word=c']);
    expect(text.stdout).toMatch(/stale +count\/a .*word was a, is now c/);
    expect(text.stdout).toMatch(/pending +table .*waits for count\/a/);
  });

  test('profiles by flag and by environment; others than the default have artifacts of their own', async () => {
    const full = await project.run(['-p', 'full']);
    expect(full.events[0]).toMatchObject({ profile: 'full', steps: 5 });
    expect(full.built).toEqual(['count/c', 'table']);
    expect(project.read('artifacts/full/table/table.csv')).toBe('a,2\nb,1\nc,1\n');
    expect(project.read('artifacts/table/table.csv')).toBe('a,2\nb,1\n');
    const status = await project.json(['status'], { AR_PIPE_PROFILE: 'full' });
    expect(status).toMatchObject({ profile: 'full' });
  });
});

describe('status --json', () => {
  test('has the document of the contract; --check says whether all is fresh', async () => {
    const fresh = await project.json(['status', 'table']);
    expect(Object.keys(fresh)).toEqual(['pipeline', 'profile', 'counts', 'steps', 'store']);
    expect(fresh).toMatchObject({ counts: { fresh: 4, stale: 0, pending: 0, failed: 0 } });
    const [row] = fresh['steps'] as object[];
    expect(Object.keys(row!)).toEqual(['step', 'state', 'key', 'reasons', 'lastBuilt', 'estimatedMs']);
    expect(row).toEqual({
      step: 'text',
      state: 'fresh',
      key: hex,
      reasons: [],
      lastBuilt: iso,
      estimatedMs: ms,
    });
    expect((await project.ap(['status', '--check', 'table'])).status).toBe(0);
    // `length` was never built.
    expect((await project.ap(['status', '--check'])).status).toBe(1);
  });
});

describe('commands that show', () => {
  test('show --schema, for a stage with parameters and for one without', async () => {
    expect(await project.json(['show', 'text', '--schema'])).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { text: { type: 'string' } },
      required: ['text'],
    });
    const none = await project.json(['show', 'table', '--schema']);
    expect(none).toEqual({ type: 'object', properties: {}, additionalProperties: false });
  });

  test('why, list, show, log, get, history', async () => {
    const [why, list, show, log, got, path, history] = await Promise.all([
      project.json(['why', 'table']),
      project.json(['list']),
      project.json(['show', 'table']),
      project.ap(['log', 'text']),
      project.ap(['get', 'table', '-o', 'copies']),
      project.ap(['log', 'text', '--path']),
      project.json(['history', '--limit', '1']),
    ]);
    expect(why).toMatchObject({ step: 'table', state: 'fresh', reasons: [] });
    expect(list).toMatchObject({
      targets: [
        { target: 'table' },
        { target: 'length' },
        { target: 'counts', steps: ['count/a', 'count/b'] },
      ],
    });
    expect(show).toMatchObject({
      step: 'table',
      stage: 'stages/table.ts',
      declaredAt: 'pipeline.ts:22:14',
      needs: ['count/a', 'count/b'],
      recipe: { code: hex, params: {}, outputs: ['metrics:total.json', 'table.csv'] },
      outputs: { 'table.csv': { digest: hex, bytes: 8 } },
      facts: { profile: 'quick', startedAt: iso, ms },
    });
    expect(log.stdout).toBe('writing the text\n');
    expect(path.stdout).toMatch(/^cache\/logs\/text\/.*\.log\n$/);
    expect(project.read('copies/table.csv')).toBe('a,2\nb,1\n');
    expect(got.stdout).toBe('copies/table.csv\ncopies/total.json\n');
    expect((history['runs'] as unknown[]).length).toBe(1);
  });

  test('graph in each format; the grid is folded unless --full', async () => {
    const [text, mermaid, dot, json, full] = await Promise.all([
      project.ap(['graph', 'table']),
      project.ap(['graph', 'table', '--format', 'mermaid']),
      project.ap(['graph', 'table', '--format', 'dot']),
      project.json(['graph', 'table', '--format', 'json']),
      project.json(['graph', 'table', '--full']),
    ]);
    expect(text.stdout).toContain('count/{word}');
    expect(mermaid.stdout).toMatch(/^flowchart LR\n/);
    expect(dot.stdout).toMatch(/^digraph pipeline \{/);
    expect(json['edges']).toEqual([
      ['text', 'count/{word}'],
      ['count/{word}', 'table'],
    ]);
    expect(full['nodes']).toHaveLength(4);
  });

  test('selectors: globs, +STEP, STEP+', async () => {
    const steps = async (selector: string): Promise<unknown[]> =>
      ((await project.json(['list', selector]))['steps'] as { step: string }[]).map(({ step }) => step);
    expect(await steps('count/*')).toEqual(['count/a', 'count/b']);
    expect(await steps('+count/a')).toEqual(['text', 'count/a']);
    expect(await steps('count/a+')).toEqual(['count/a', 'table']);
  });
});

describe('from elsewhere', () => {
  test('-C, a folder below, and --pipeline', async () => {
    const list = (await project.ap(['list'])).stdout;
    expect((await project.ap(['-C', project.folder, 'list'])).stdout).toBe(list);
    expect((await project.ap(['-C', 'stages/lib', 'list'])).stdout).toBe(list);
    project.write({
      'other.ts': project.read('pipeline.ts').replace("default: ['table'],", "name: 'other',"),
    });
    expect(await project.json(['list', '--pipeline', 'other.ts'])).toMatchObject({ pipeline: 'other' });
  });
});

describe('streams', () => {
  test('results go to stdout, the run’s tale to stderr; without colours where NO_COLOR or --no-color says so', async () => {
    const plain = await project.ap(['run']);
    expect(plain.stdout).toBe('artifacts/table/  table.csv  total.json\n');
    expect(plain.stderr).toMatch(/^study \(profile quick\): table, 4 steps\n0 built, 4 reused in .*\n$/);
    expect((await project.ap(['run', '-q'])).stderr).toBe('');
    const colours = async (args: string[], env: Record<string, string>) =>
      (await project.ap(args, env)).stdout.includes('\u001b[');
    expect(await colours(['status'], { FORCE_COLOR: '1' })).toBe(true);
    expect(await colours(['status'], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(await colours(['status', '--no-color'], { FORCE_COLOR: '1' })).toBe(false);
  });

  test('a graph in another form than JSON is not JSON', async () => {
    const { status, lines } = await project.ap(['graph', '--format', 'dot', '--json']);
    expect(status).toBe(2);
    expect(lines).toMatchObject([{ ok: false, failure: { reason: 'usage' } }]);
  });

  test('what pipeline.ts prints does not mix with results', async () => {
    project.write({ 'loud.ts': `console.log('loud');\n${project.read('pipeline.ts')}` });
    const { lines, stderr } = await project.ap(['list', '--json', '--pipeline', 'loud.ts']);
    expect(lines).toHaveLength(1);
    expect(stderr).toBe('loud\n');
  });
});

describe('usage errors end with 2 and the nearest names, and run nothing', () => {
  test.each([
    [['runn'], /unknown command 'runn'\n {2}did you mean run\?/],
    [['help', 'runn'], /unknown command 'runn'\n {2}did you mean run\?/],
    [['run', '--forse'], /unknown option '--forse'\n {2}did you mean --force\?/],
    [['run', 'tabel'], /no target or step matches 'tabel'\n {2}did you mean table\?/],
    [['why', 'count/d'], /did you mean count\/a or count\/b/],
    [['run', '-p', 'ful'], /there is no profile 'ful'\n {2}did you mean full\?/],
    [['run', '--jobs', '0'], /--jobs 0: give a whole number from 1/],
    [['run', '--on-failure', 'never'], /--on-failure never: give stop, continue, kill/],
    [
      ['run', '--set', 'text.text=x', 'table'],
      /--set table: write STEP.param=value\n {2}what to run stands before --set/,
    ],
    [['run', '--set', 'txt.text=x'], /there is no step 'txt'\n {2}did you mean text\?/],
    [
      ['run', '--set', 'text.txt=x'],
      /step 'text': the stage has no parameter 'txt'\n {2}at pipeline.ts:17:20/,
    ],
    [['run', '--force', 'length'], /--force length: the step is not part of this run/],
    [['graph', '--format', 'sgv'], /--format sgv: give text, mermaid, dot, svg, json/],
    [['why'], /missing required argument 'step'\n {2}usage: ar-pipe why \[options\] <step>/],
    [['why', '--xyz'], /unknown option '--xyz'\n {2}ar-pipe why --help lists the flags/],
    [['run', '--executor', 'slurm'], /--executor slurm is not there yet.*\n {2}in a job of the cluster: /],
    [['watch', '--executor', 'sulrm'], /--executor sulrm: give local/],
    [['-C', '/', 'status'], /no pipeline.ts in \/ or above/],
    [['log', 'counts'], /target 'counts' has 2 steps; name one/],
  ])('%j', async (args, message) => {
    const { status, stdout, stderr } = await project.ap(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at .*(dist|src)\//m);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test('without a command the help is shown, and the status is 2', async () => {
    const { status, stdout, stderr } = await project.ap([]);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: ar-pipe');
    expect((await project.ap(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await project.ap(['run', '--help'])).stdout).toContain('--on-failure');
  });

  test('with --json they print one run-finished', async () => {
    const { status, lines } = await project.ap(['run', 'tabel', '--json']);
    expect(status).toBe(2);
    expect(lines).toEqual([
      {
        event: 'run-finished',
        run: null,
        ok: false,
        counts: { built: 0, reused: 0, failed: 0, notRun: 0 },
        ms: 0,
        failure: {
          reason: 'unknown-target',
          message: "no target or step matches 'tabel'",
          hint: 'did you mean table?',
        },
      },
    ]);
  });
});
