/** `show --provenance` for people. Pure. */
import { moment } from './moment.ts';
import { paint } from './paint.ts';
import { table } from './table.ts';

interface Named {
  readonly step: string;
  readonly name: string;
  readonly digest: string;
}

export interface LineageView {
  readonly subject: string;
  readonly madeBy: readonly Named[];
  readonly usedBy: readonly Named[];
  readonly leadsTo: readonly string[];
  readonly targets: readonly string[];
  readonly behind: readonly {
    readonly step: string;
    readonly key: string | null;
    readonly startedAt: string | null;
    readonly outputs: Readonly<Record<string, string>>;
  }[];
}

const most = 20;
const short = (digest: string): string => digest.slice(0, 12);

export function lineageText(view: LineageView, { color }: { readonly color: boolean }): string {
  const p = paint(color);
  const { subject, madeBy, usedBy, leadsTo, targets, behind } = view;
  const section = (title: string, rows: readonly (readonly string[])[]): string[] => {
    if (rows.length === 0) return [];
    const shown = rows.slice(0, most);
    const rest = rows.length - shown.length;
    const lines = table(
      (rows[0] ?? []).map(() => ({})),
      shown,
      Infinity,
    ).replace(/^/gm, '  ');
    return ['', p.strong(title), lines, ...(rest > 0 ? [`  … and ${rest} more (--json lists all)`] : [])];
  };
  const named = (list: readonly Named[]): string[][] =>
    list.map(({ step, name, digest }) => [step, name, short(digest)]);
  if (madeBy.length + usedBy.length === 0)
    return `${subject}: no step made it or used it, as far as present results tell`;
  return [
    p.strong(subject),
    ...section('made by', named(madeBy)),
    ...section('used by', named(usedBy)),
    ...section(
      'leads to',
      leadsTo.map((step) => [step]),
    ),
    ...section(
      'targets',
      targets.map((target) => [target]),
    ),
    ...section(
      'behind it',
      behind.map(({ step, key, startedAt, outputs }) => [
        step,
        key === null ? 'no result' : short(key),
        startedAt === null ? '' : moment(startedAt),
        Object.entries(outputs)
          .map(([name, digest]) => `${name} ${short(digest)}`)
          .join('  '),
      ]),
    ),
  ].join('\n');
}
