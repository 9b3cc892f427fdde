/** The files of a new study, from the template's and what is the study's own. Pure. */

/** Files by path, with `/` between parts. */
export type Files = ReadonlyMap<string, string>;

export interface NewStudy {
  /** Name of its package. */
  readonly name: string;
  /** What its package.json asks of npm for ar-pipe: a range of versions, or `file:` and a path. */
  readonly tool: string;
}

/**
 * Template files whose names start with `_` lose it: under their own names npm and editors would take them for the tool's.
 * package.json gets the study's name and the tool, README.md its name.
 */
export function studyFiles(template: Files, { name, tool }: NewStudy): Files {
  return new Map(
    [...template].map(([path, text]) => {
      const own = path.startsWith('_') ? (path === '_gitignore' ? '.gitignore' : path.slice(1)) : path;
      if (own === 'package.json') return [own, manifest(text, name, tool)];
      return [own, own === 'README.md' ? text.replaceAll('{{name}}', name) : text];
    }),
  );
}

function manifest(text: string, name: string, tool: string): string {
  const template = JSON.parse(text) as { readonly dependencies: Readonly<Record<string, string>> };
  const dependencies = { 'ar-pipe': tool, ...template.dependencies };
  return `${JSON.stringify({ ...template, name, dependencies }, null, 2)}\n`;
}

/** What `npm install` needs to be told where a package.json that was there already is kept. */
export function packagesOf(files: Files): string[] {
  const { dependencies } = JSON.parse(files.get('package.json')!) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.entries(dependencies).map(([name, range]) =>
    range.startsWith('file:') ? range : `${name}@${range}`,
  );
}

/** A package name made of a folder's: lower case, no character that npm refuses, and none of its own packages' names. */
export function packageName(folder: string): string {
  const name = folder
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 200);
  if (name === '') return 'study';
  return taken.has(name) ? `${name}-study` : name;
}

/** npm refuses to install a package into one of the same name, and these two at all. */
const taken = new Set(['node_modules', 'favicon.ico', 'ar-pipe', 'vega', 'zod', 'vitest', 'typescript']);
