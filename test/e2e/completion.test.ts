/** Completion as the shells do it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Project } from './project.ts';
import { study } from './study.ts';

let project: Project;
beforeAll(() => {
  project = study();
  project.edit('pipeline.ts', '`count/${word}`', '`count/word=${word}`');
  const bin = project.path('bin');
  mkdirSync(bin);
  const binary = resolve(import.meta.dirname, '../../bin/ar-pipe.js');
  writeFileSync(join(bin, 'ar-pipe'), `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`);
  chmodSync(join(bin, 'ar-pipe'), 0o755);
});
afterAll(() => {
  project.close();
});

const inShell = (shell: string, script: string): string =>
  execFileSync(shell, ['-c', script], {
    cwd: project.folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${project.path('bin')}:${process.env['PATH'] ?? ''}`,
      HOME: project.folder,
    },
  });
const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit']).status === 0;

describe.skipIf(!has('bash'))('bash', () => {
  const at = (line: string): string[] =>
    inShell(
      'bash',
      `source <(ar-pipe completion bash); COMP_LINE='${line}' COMP_POINT=${line.length}; _ar_pipe; printf '%s\\n' "\${COMPREPLY[@]}"`,
    )
      .trim()
      .split('\n');

  test('completes commands, flags, targets and steps', () => {
    expect(at('ar-pipe wat')).toEqual(['watch']);
    expect(at('ar-pipe run --keep')).toEqual(['--keep-going']);
    expect(at('ar-pipe run co')).toEqual(['counts', 'count/word=a', 'count/word=b']);
    expect(at('ar-pipe -p full run count/')).toContain('count/word=c');
  });

  test('completes the parameters of a step', () => {
    expect(at('ar-pipe run --set te')).toEqual(['text.']);
    expect(at('ar-pipe run --set text.')).toEqual(['text.text=']);
    expect(at('ar-pipe run --set count/word=a.')).toEqual(['a.word=']);
  });

  test('knows that bash breaks words at an equal sign', () => {
    expect(at('ar-pipe run count/word=')).toEqual(['a', 'b']);
  });

  test('knows a step that was added a moment ago', () => {
    project.edit('pipeline.ts', "['a', 'b']", "['a', 'b', 'new']");
    expect(at('ar-pipe why count/word=n')).toEqual(['new']);
  });
});

test('says nothing of a pipeline that does not load, nor of a shell there is no script for', async () => {
  project.write({ 'broken.ts': 'export default' });
  const { status, stdout } = await project.ap([
    'completion',
    'fish',
    '--',
    '--pipeline',
    'broken.ts',
    'run',
    '',
  ]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect((await project.ap(['completion', 'tcsh'])).status).toBe(2);
});

describe.skipIf(!has('zsh'))('zsh', () => {
  test('reads the script', () => {
    const script = `autoload -U compinit && compinit -u; source <(ar-pipe completion zsh); whence -w _ar_pipe; print $_comps[ar-pipe]`;
    expect(inShell('zsh', script)).toBe('_ar_pipe: function\n_ar_pipe\n');
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  test('completes with descriptions', () => {
    const script = `ar-pipe completion fish | source; complete -C 'ar-pipe run co'`;
    expect(inShell('fish', script)).toMatch(
      /^count\/word=a\tstep\ncount\/word=b\tstep\n(.*\n)*counts\ttarget\n/m,
    );
  });
});
