/** How a stored file is shown, by its name. Pure. */
export type FileKind = 'image' | 'csv' | 'markdown' | 'text' | 'other';

const kinds: Readonly<Record<string, readonly [FileKind, type: string]>> = {
  svg: ['image', 'image/svg+xml'],
  png: ['image', 'image/png'],
  jpg: ['image', 'image/jpeg'],
  jpeg: ['image', 'image/jpeg'],
  gif: ['image', 'image/gif'],
  webp: ['image', 'image/webp'],
  csv: ['csv', 'text/csv; charset=utf-8'],
  md: ['markdown', 'text/markdown; charset=utf-8'],
  txt: ['text', 'text/plain; charset=utf-8'],
  log: ['text', 'text/plain; charset=utf-8'],
  tex: ['text', 'text/plain; charset=utf-8'],
  json: ['text', 'application/json'],
};

const extensionOf = (name: string): string => /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';

export const kindOf = (name: string): FileKind => kinds[extensionOf(name)]?.[0] ?? 'other';

/** Media type; what is not known is bytes. */
export const typeOf = (name: string): string => kinds[extensionOf(name)]?.[1] ?? 'application/octet-stream';

/** Without its extension: files of one name are one figure or table in several forms, a Vega or Vega-Lite specification among them. */
export const stemOf = (name: string): string => name.replace(/(\.v[gl])?\.[a-z0-9]+$/i, '');

/** Files of one figure or table, in the order they were written. */
export function groupFiles<F extends { readonly name: string }>(files: readonly F[]): Map<string, F[]> {
  const groups = new Map<string, F[]>();
  for (const file of files) {
    const stem = stemOf(file.name);
    const group = groups.get(stem);
    if (group) group.push(file);
    else groups.set(stem, [file]);
  }
  return groups;
}

/** The picture to show where a figure was written in several forms: vectors stay sharp. */
export const pictureOf = <F extends { readonly name: string }>(files: readonly F[]): F | undefined =>
  files.find(({ name }) => /\.svg$/i.test(name)) ?? files.find(({ name }) => kindOf(name) === 'image');
