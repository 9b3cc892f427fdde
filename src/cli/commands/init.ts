import { basename, relative, resolve } from 'node:path';
import { writeStudy } from '../../init/write.ts';
import type { Action } from '../action.ts';
import { makeFolder } from '../make-folder.ts';
import { print, printJson } from '../output.ts';
import { version } from '../version.ts';

export const initCommand: Action = async ([given = '.'], options, { force }) => {
  const folder = resolve(options.directory, given);
  makeFolder(folder);
  const { name, files, kept, packages } = writeStudy({ folder, force: force === true, version });
  if (options.json) {
    printJson({ folder, name, files, kept });
    return 0;
  }
  const way = relative('.', folder);
  const inPlace = kept.includes('package.json');
  const next = [
    ...(way === '' ? [] : [`cd ${quoted(way)}`]),
    inPlace ? `npm install ${packages.map(quoted).join(' ')}` : 'npm install',
    'npx ar-pipe run',
  ];
  print(
    [
      ...(kept.length > 0 ? [`kept as they were: ${kept.join(', ')}`] : []),
      `wrote ${files.length} files to ${way || basename(folder)}; next:`,
      ...next.map((line) => `  ${line}`),
    ].join('\n'),
  );
  return 0;
};

const quoted = (text: string): string =>
  /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
