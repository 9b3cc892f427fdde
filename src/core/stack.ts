/** Stacks of bundled code, read back to the TypeScript they came from. */
import { SourceMap, type SourceMapPayload } from 'node:module';

export interface Place {
  /** Relative to the project. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/** Turns a position (1-based) in generated text into its place in the source, or undefined where the map is silent. */
export type Origin = (line: number, column: number) => Place | undefined;

/** `map` is esbuild's JSON, whose sources are relative to `base` (itself relative to the project). */
export function originOf(map: string, relative: (source: string) => string): Origin {
  const parsed = new SourceMap(JSON.parse(map) as SourceMapPayload);
  return (line, column) => {
    const entry = parsed.findEntry(line - 1, column - 1);
    if (!('originalSource' in entry) || !entry.originalSource) return undefined;
    return {
      file: relative(entry.originalSource),
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1,
    };
  };
}

/** Places of a stack's frames that lie in the bundle at `bundlePath`, innermost first. */
export function placesIn(stack: string, bundlePath: string, origin: Origin): Place[] {
  const places: Place[] = [];
  for (const line of stack.split('\n')) {
    const at = line.indexOf(bundlePath);
    if (at < 0) continue;
    const position = /^[^:]*:(\d+):(\d+)/.exec(line.slice(at + bundlePath.length - 1));
    const place = position && origin(Number(position[1]), Number(position[2]));
    if (place) places.push(place);
  }
  return places;
}
