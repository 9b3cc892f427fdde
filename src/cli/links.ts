import { pathToFileURL } from 'node:url';
import { createSupportsHyperlinks } from 'supports-hyperlinks';

/** Address of a folder for links below it; undefined where the stream is no terminal that follows them, or colours are off. */
export const linkable = (
  folder: string,
  stream: NodeJS.WriteStream,
  hasColors: boolean,
): string | undefined =>
  hasColors && createSupportsHyperlinks(stream) ? pathToFileURL(`${folder}/`).href : undefined;
