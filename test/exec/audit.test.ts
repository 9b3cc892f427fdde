import { expect, it } from 'vitest';
import { audit, type Surroundings } from '../../src/exec/audit.ts';
import { findStrace, parseTrace } from '../../src/exec/strace.ts';

const surroundings: Surroundings = {
  project: '/home/me/study',
  job: '/home/me/study/cache/exec/fit',
  declared: [
    '/home/me/study/data/a.csv',
    '/home/me/study/data/images',
    '/home/me/study/cache/v1/objects/ab/cd',
  ],
  code: '/home/me/study/cache/code',
  tool: ['/usr/local/bin/node', '/opt/ar-pipe/dist', '/opt/ar-pipe/package.json'],
  programs: ['/usr/bin', '/home/me/.pyenv/shims'],
};
const reads = (...paths: string[]) =>
  audit(
    paths.map((path) => ({ path, kind: 'read' as const })),
    surroundings,
  );

it('names what was read and not declared, and counts what is left out', () => {
  const seen = audit(
    parseTrace(
      `execve("/usr/local/bin/node", ["node"], 0x7ffc /* 3 vars */) = 0
openat(AT_FDCWD</x>, "/lib/libc.so.6", O_RDONLY|O_CLOEXEC) = 3</usr/lib/x86_64-linux-gnu/libc.so.6>
openat(AT_FDCWD</x>, "/nowhere", O_RDONLY) = -1 ENOENT (No such file or directory)
openat(AT_FDCWD</x>, "in/a/a.csv", O_RDONLY|O_CLOEXEC) = 17</home/me/study/data/a.csv>
openat(AT_FDCWD</x>, "m.json", O_RDONLY|O_CLOEXEC) = 18</home/me/study/data/m\\303\\251 \\74x\\76.json>
openat(AT_FDCWD</x>, "data", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY) = 18</home/me/study/data>
openat(AT_FDCWD</x>, "/var", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY) = 18</var>
openat(AT_FDCWD</x>, "s", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = 19</var/tmp/scratch>
openat(AT_FDCWD</x>, "s", O_RDONLY) = 19</var/tmp/scratch (deleted)>
openat(AT_FDCWD</x>, "out/o", O_RDWR|O_CREAT, 0666) = 19</home/me/study/cache/exec/fit/out/o>
execve("tools/convert", ["convert"], 0x7ffc /* 3 vars */) = 0
execve("/home/me/.pyenv/versions/3.11/bin/python3", ["python3"], 0x7ffc /* 3 vars */) = 0
openat(AT_FDCWD</x>, "os.py", O_RDONLY) = 3</home/me/.pyenv/versions/3.11/lib/python3.11/os.py>
openat(AT_FDCWD</x>, "z", O_RDONLY) = 3</home/me/study/node_modules/zod/index.js>
openat(AT_FDCWD</x>, "/proc/self/maps", O_RDONLY) = 3</proc/9/maps>
read(3, "x", 1) = 1
`,
      '/home/me/study',
    ),
    surroundings,
  );
  expect(seen).toEqual({
    undeclared: ['/home/me/study/data/', '/home/me/study/data/mé <x>.json', '/home/me/study/tools/convert'],
    wrote: ['/var/tmp/scratch'],
    unread: ['/home/me/study/cache/v1/objects/ab/cd', '/home/me/study/data/images'],
    ignored: { tool: 1, packages: 1, programs: 2, system: 2 },
  });
});

it('counts files of a declared folder as declared, and of one with a like name not', () => {
  expect(reads('/home/me/study/data/images/1.png', '/home/me/study/data/images2/1.png').undeclared).toEqual([
    '/home/me/study/data/images2/1.png',
  ]);
});

it('leaves out where Node looks for the kind of a module, and no other package.json', () => {
  expect(
    reads(
      '/home/me/study/package.json',
      '/home/me/study/cache/code/ab.mjs',
      '/home/me/study/lib/package.json',
    ),
  ).toMatchObject({ undeclared: ['/home/me/study/lib/package.json'], ignored: { tool: 2 } });
});

it('names what a step writes into its inputs', () => {
  const wrote = audit([{ path: '/home/me/study/data/a.csv', kind: 'write' }], surroundings);
  expect(wrote.wrote).toEqual(['/home/me/study/data/a.csv']);
});

it('says where there is no strace', () => {
  expect(findStrace('/nowhere')).toEqual({ problem: 'strace is not installed' });
});
