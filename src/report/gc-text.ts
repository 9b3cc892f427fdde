/** `gc` for people. Pure. */
import { bytes, duration, plural } from './measures.ts';
import { paint } from './paint.ts';
import { table } from './table.ts';

export interface GcView {
  readonly dryRun: boolean;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly evicted: readonly {
    readonly step: string | null;
    readonly key: string;
    readonly bytes: number;
    readonly ms: number;
    readonly because: 'age' | 'size';
  }[];
  readonly garbage: { readonly files: number; readonly bytes: number };
  readonly inUse: number;
  readonly needed: number;
  readonly overBytes: number;
  /** Of the checkout's own state. */
  readonly checkout: Readonly<Record<'logs' | 'code' | 'other', Amount>>;
}

interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/** A line for each result that goes, with what it frees and what making it again takes; then the sums. */
export function gcText(view: GcView, { color }: { readonly color: boolean }): string {
  const p = paint(color);
  const { dryRun, evicted, garbage, overBytes, checkout } = view;
  const rows = evicted.map(({ step, key, bytes: freed, ms, because }) => [
    step ?? `checkpoint of ${key.slice(0, 12)}`,
    bytes(freed),
    step === null ? '' : `made in ${duration(ms)}`,
    because === 'age' ? 'too old' : '',
  ]);
  const verb = dryRun ? 'would remove' : 'removed';
  const what = [
    ...(evicted.length > 0 ? [plural(evicted.length, 'result')] : []),
    ...(garbage.files > 0 ? [`${plural(garbage.files, 'useless file')} (${bytes(garbage.bytes)})`] : []),
  ];
  return [
    ...(rows.length > 0 ? [table([{}, { align: 'right' }, {}, {}], rows, Infinity)] : []),
    what.length === 0
      ? `nothing to remove; the store holds ${bytes(view.bytesBefore)}`
      : `${verb} ${what.join(' and ')}; the store ${dryRun ? 'would hold' : 'holds'} ${bytes(view.bytesAfter)} instead of ${bytes(view.bytesBefore)}`,
    ...checkoutText(checkout, verb),
    ...(overBytes > 0 ? [p.careful(overText(view))] : []),
  ].join('\n');
}

function checkoutText({ logs, code, other }: GcView['checkout'], verb: string): string[] {
  const parts = [
    amountText(logs, 'old log'),
    amountText(code, 'file of old code', 'files of old code'),
    amountText(other, 'other leftover'),
  ].filter((text) => text !== '');
  return parts.length > 0 ? [`${verb} of this checkout: ${parts.join(', ')}`] : [];
}

const amountText = ({ files, bytes: size }: Amount, one: string, many?: string): string =>
  files > 0 ? `${plural(files, one, many)} (${bytes(size)})` : '';

function overText({ overBytes, needed, inUse }: GcView): string {
  const used = inUse > 0 ? `, ${plural(inUse, 'result')} are used by a run` : '';
  return `still ${bytes(overBytes)} more than asked for: targets need ${plural(needed, 'result')}${used}; --force gives up also what targets need`;
}
