/** `verify` for people. Pure. */
import { bytes, duration, enumerate, plural } from './measures.ts';
import { paint, type Paint } from './paint.ts';

export interface VerifyView {
  readonly objects: number;
  readonly entries: number;
  readonly bytes: number;
  readonly damaged: readonly { readonly kind: string; readonly name: string; readonly why: string }[];
  readonly lost: readonly { readonly step: string; readonly output: string }[];
  readonly repaired: readonly string[];
}

/** A line of counts, then a line for each thing that is wrong, and what to do. */
export function verifyText(view: VerifyView, { color }: { readonly color: boolean }): string {
  const p = paint(color);
  const { damaged, lost, repaired } = view;
  const read = `${plural(view.objects, 'object')} (${bytes(view.bytes)}) and ${plural(view.entries, 'result')}`;
  if (damaged.length === 0 && lost.length === 0) return `${read} read: ${p.good('all whole')}`;
  return [
    `${read} read: ${p.bad(`${damaged.length} damaged, ${lost.length} lost`)}`,
    ...damaged.map(({ kind, name, why }) => `  ${kind} ${name.slice(0, 12)} ${why}; it was set aside`),
    ...lost.map(({ step, output }) => `  the bytes of ${output} of ${step} are lost`),
    ...(lost.length > 0 ? [remedy(lost, repaired)] : []),
  ].join('\n');
}

function remedy(lost: VerifyView['lost'], repaired: readonly string[]): string {
  const steps = [...new Set(lost.map(({ step }) => step))];
  if (repaired.length > 0) return `the next run makes them again: ${enumerate(steps, 3)}`;
  return 'ar-pipe verify --repair lets the next run make them again';
}

export type RecomputedView = { readonly step: string } & (
  | { readonly outcome: 'same'; readonly ms: number }
  | {
      readonly outcome: 'differs';
      readonly files: readonly { readonly file: string; readonly offset: number | null }[];
    }
  | { readonly outcome: 'failed'; readonly failure: { readonly message: string } }
  | { readonly outcome: 'no-result'; readonly state: string }
  | { readonly outcome: 'skipped'; readonly because: string }
  | { readonly outcome: 'not-run' }
);

/** One line of `verify --recompute`, as in `train/a differs: weights.safetensors at byte 1,024`. */
export function recomputedText(result: RecomputedView, { color }: { readonly color: boolean }): string {
  return `${result.step} ${outcomeText(result, paint(color))}`;
}

function outcomeText(result: RecomputedView, p: Paint): string {
  switch (result.outcome) {
    case 'same':
      return `${p.good('gives the same bits')} (${duration(result.ms)})`;
    case 'differs':
      return `${p.bad('is not deterministic')}: ${result.files.map(differenceText).join('; ')}`;
    case 'failed':
      return `${p.bad('failed')}: ${result.failure.message}`;
    case 'no-result':
      return `${p.careful(`is ${result.state}`)}: no present result to compare with; ar-pipe run ${result.step}`;
    case 'skipped':
      return `is ${result.because}: nothing to compare`;
    case 'not-run':
      return 'was not run';
    default:
      return result satisfies never;
  }
}

const differenceText = ({ file, offset }: { file: string; offset: number | null }): string =>
  offset === null ? `${file}, whose stored bytes are lost` : `${file} differs from byte ${offset} on`;
