/** What a stage threw, as a Failure that points into the user's TypeScript. */
import { readFileSync, realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { toFailure, type Failure, type FailureReason } from '../core/failure.ts';
import { originOf, placesIn, placeText, type Origin, type Place } from '../core/stack.ts';
import type { Job } from './executor.ts';

/** Characters of a message, and of a stack: they are told on the terminal, and kept with every run. An error may hold a whole file. */
const longestMessage = 4000;
const longestStack = 100_000;

/** `reason` is used where the error does not carry one of its own. */
export function failureOf(thrown: unknown, job: Job, reason: FailureReason = 'stage-threw'): Failure {
  const { reason: found, message, hint } = toFailure(thrown, reason);
  const text =
    thrown instanceof Error
      ? withoutWorker(inspect(thrown))
      : `threw ${inspect(thrown)}, which is no Error and so has no stack`;
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const { at, mapped } = locate(stack, text, job);
  return {
    reason: found,
    message: cut(message, longestMessage) || 'an error without a message',
    at,
    hint: hintOf(thrown) ?? hint,
    stack: cut(mapped, longestStack),
  };
}

const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest)} … (${text.length - longest} more characters)`;

function locate(stack: string, text: string, job: Job): { at: string | undefined; mapped: string } {
  if (job.work.kind !== 'stage' || job.work.sourceMap === null) return { at: undefined, mapped: text };
  // Frames of modules carry the URL of the file behind all links.
  const url = pathToFileURL(realpathSync(job.work.bundle)).href;
  const origin = originOf(readFileSync(job.work.sourceMap, 'utf8'), (source) => source);
  const own = placesIn(stack, url, origin).find(({ file }) => isOwn(file));
  return { at: own && placeText(own), mapped: mapStack(text, url, origin) };
}

/** The frames of the worker itself, which is one bundled file, tell a user nothing. */
const withoutWorker = (text: string) =>
  text
    .split('\n')
    .filter((line) => !line.includes(import.meta.url))
    .join('\n');

/** Code of the project, not of a package or of another folder. */
const isOwn = (file: string) => !file.startsWith('../') && !/(?:^|\/)node_modules\//.test(file);

/** The text with every position in the bundle replaced by its place in the sources. */
function mapStack(text: string, url: string, origin: Origin): string {
  return text.replace(
    new RegExp(`${escapeRegExp(url)}:(\\d+):(\\d+)`, 'g'),
    (whole, line: string, column: string) => {
      const place: Place | undefined = origin(Number(line), Number(column));
      return place ? placeText(place) : whole;
    },
  );
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What to do next, where the error says so: on itself, or in the Failure it carries. */
function hintOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { hint, failure } = thrown as { hint?: unknown; failure?: { hint?: unknown } | null };
  const found = hint ?? failure?.hint;
  return typeof found === 'string' ? found : undefined;
}
