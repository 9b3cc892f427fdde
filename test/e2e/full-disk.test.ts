/** A small disk that is really full, or really read-only: mounted for the processes of one test, where the machine lets us. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { binary, plainEnv, Project } from './project.ts';

const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

const pipeline = `import { command, pipeline, step } from 'ar-pipe';

const small = step('small', command({ run: 'echo small > {out.o}', outputs: { o: 'o.txt' } }));
const big = step('big', command({ run: 'head -c 8M /dev/zero > {out.o}', outputs: { o: 'o.txt' } }));
const after = step('after', command({ run: 'wc -c < {needs.big} > {out.o}', needs: { big: 'o.txt' }, outputs: { o: 'o.txt' } }), {
  needs: { big },
});
export default pipeline({ targets: () => ({ small, after }) });
`;

let project: Project;
afterEach(() => {
  project.close();
});

interface Said {
  readonly status: number;
  readonly text: string;
}

/** Lines of a shell script with `cache/` on a disk of 3 MB of its own; `ap` is the command line. What each of them said. */
function onSmallDisk(lines: readonly string[]): Said[] {
  project = new Project({ 'pipeline.ts': pipeline });
  mkdirSync(project.path('cache'));
  const script = [
    'mount -t tmpfs -o size=3m tmpfs cache || exit 1',
    `ap() { "${process.execPath}" "${binary}" "$@"; }`,
    'exec 2>&1',
    ...lines.flatMap((line) => [line, String.raw`printf '\0%s\1' $?`]),
  ];
  const { stdout } = spawnSync('unshare', ['-m', 'sh', '-c', script.join('\n')], {
    cwd: project.folder,
    env: plainEnv(),
    encoding: 'utf8',
  });
  return stdout
    .split('\x01')
    .slice(0, -1)
    .map((part) => {
      const [text, status] = part.split('\0');
      return { status: Number(status), text: text! };
    });
}

const bugs = /bug in ar-pipe|^ +at /m;

describe.skipIf(!canMount)('on a disk of its own (needs the right to mount one)', () => {
  test('a step that fills it fails and leaves room for others; once there is more, all goes on', () => {
    const [run, fill, status, full, gc, , again, verify] = onSmallDisk([
      'ap run -k -j 1 --progress plain',
      'head -c 10M /dev/zero > cache/fill',
      'ap status',
      'ap run -k --progress plain',
      'ap gc',
      'mount -o remount,size=64m cache; rm cache/fill',
      'ap run --progress plain',
      'ap verify',
    ]);
    expect(run!.status).toBe(1);
    expect(run!.text).toMatch(/small built/);
    expect(run!.text).toMatch(/big failed after .* no space left/);
    expect(fill!.status).toBe(1);
    // That it failed is noted where there is room for the note.
    expect(status).toMatchObject({
      status: 0,
      text: expect.stringMatching(/1 fresh, (1 pending, 1 failed|1 stale, 1 pending)/) as string,
    });
    expect(full).toMatchObject({
      status: 1,
      text: expect.stringMatching(/big failed after .* no space left/) as string,
    });
    expect(gc!.status).toBe(0);
    expect(again).toMatchObject({ status: 0, text: expect.stringMatching(/2 built, 1 reused/) as string });
    expect(verify!.text).toMatch(/all whole/);
    for (const { text } of [run!, status!, full!, gc!, again!, verify!]) expect(text).not.toMatch(bugs);
  });

  test('read-only: what only reads works, the rest is refused in a sentence, and nothing is said to be done that is not', () => {
    const reading = [
      'status',
      'why small',
      'show small',
      'list',
      'history',
      'log small',
      'verify',
      'get small',
      'run small',
      'gc -n',
    ];
    const writing = ['run small --force small', 'forget small', 'freeze small', 'exec small', 'gc'];
    const [built, , ...said] = onSmallDisk([
      'ap run small',
      'mount -o remount,ro cache',
      ...[...reading, ...writing].map((args) => `ap ${args}`),
    ]);
    expect(built!.status).toBe(0);
    const ended = Object.fromEntries([...reading, ...writing].map((args, i) => [args, said[i]!.status]));
    expect(ended).toEqual({
      ...Object.fromEntries(reading.map((args) => [args, 0])),
      ...Object.fromEntries(writing.map((args) => [args, 2])),
      'run small --force small': 1,
    });
    for (const { text } of said) expect(text).not.toMatch(bugs);
    for (const { text } of said.slice(reading.length)) expect(text).toMatch(/EROFS|read-only/);
  });
});
