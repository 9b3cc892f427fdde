/** Questions to the server, relative to the page's address, which holds the token. */
import type { Failure } from '../../core/failure.ts';
import type { ToldRun } from '../../report/outcome.ts';
import type { ComparedRuns } from '../compare.ts';
import type { StepDetail, Study } from '../study.ts';

/** What the server said no with. */
export class Refused extends Error {
  constructor(readonly failure: Pick<Failure, 'message' | 'at' | 'frame' | 'hint'>) {
    super(failure.message);
  }
}

async function ask<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
  const response = await fetch(`${path}?${new URLSearchParams(query).toString()}`);
  if (response.ok) return (await response.json()) as T;
  const text = await response.text();
  throw new Refused(failureIn(text) ?? { message: text || `the server answered ${response.status}` });
}

function failureIn(text: string): Failure | undefined {
  try {
    return (JSON.parse(text) as { readonly failure?: Failure }).failure;
  } catch {
    return undefined;
  }
}

/** `profile` empty: the default one. `again`: as it stands now, else as it was when it was last looked at. */
export const askStudy = (profile: string, again: boolean): Promise<Study> =>
  ask('api/study', { profile, ...(again ? { again: '1' } : {}) });
export const askStep = (profile: string, name: string): Promise<StepDetail> =>
  ask('api/step', { profile, name });
export const askRuns = (): Promise<readonly ToldRun[]> => ask('api/runs');
export const askCompared = (a: string, b: string): Promise<ComparedRuns> => ask('api/compare', { a, b });

export async function askTable(profile: string, step: string, name: string): Promise<string> {
  const response = await fetch(`api/table?${new URLSearchParams({ profile, step, name }).toString()}`);
  return response.ok ? response.text() : '';
}

/** The digest makes a new address of a new content, so that a picture is drawn anew. */
export const fileAddress = (profile: string, step: string, file: { name: string; digest: string }): string =>
  `file?${new URLSearchParams({ profile, step, name: file.name, v: file.digest.slice(0, 12) }).toString()}`;
