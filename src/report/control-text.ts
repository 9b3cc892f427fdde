/** `forget`, `freeze` and `accept` for people. Pure. */
import { plural } from './measures.ts';
import { reasonText } from './words.ts';
import type { Reason } from '../core/events.ts';

export function forgetText(
  steps: readonly { readonly step: string; readonly keys: readonly string[] }[],
): string {
  const lines = steps.map(({ step, keys }) =>
    keys.length === 0 ? `${step} had no result` : `forgot ${plural(keys.length, 'result')} of ${step}`,
  );
  return lines.join('\n');
}

export function freezeText(
  steps: readonly { readonly step: string; readonly frozen: boolean }[],
  thawing: boolean,
): string {
  const lines = steps.map(({ step, frozen }) => {
    if (!frozen) return `${step} follows its recipe again`;
    return thawing
      ? `${step} is declared frozen in the pipeline`
      : `${step} keeps its result whatever changes`;
  });
  return lines.join('\n');
}

export function acceptText(
  steps: readonly { readonly step: string; readonly changes: readonly Reason[] }[],
): string {
  if (steps.length === 0) return 'all is fresh: nothing to accept';
  return steps
    .map(({ step, changes }) => `accepted ${step}: ${changes.map(reasonText).join('; ')}`)
    .join('\n');
}
