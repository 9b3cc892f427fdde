/** `audit` for people. Pure. */
import { plural } from './measures.ts';
import { paint } from './paint.ts';

export interface AuditView {
  readonly step: string;
  readonly undeclared: readonly string[];
  readonly wrote: readonly string[];
  readonly unread: readonly string[];
  readonly ignored: Readonly<Record<'tool' | 'packages' | 'programs' | 'system', number>>;
}

export function auditText(view: AuditView, { color }: { readonly color: boolean }): string {
  const p = paint(color);
  const { step, undeclared, wrote, unread, ignored } = view;
  const list = (title: string, paths: readonly string[]): string[] =>
    paths.length === 0 ? [] : [title, ...paths.map((path) => `  ${path}`)];
  const left = (Object.entries(names) as [keyof typeof names, string][])
    .filter(([kind]) => ignored[kind] > 0)
    .map(([kind, name]) => `${ignored[kind]} of ${name}`);
  return [
    ...(undeclared.length === 0
      ? [`${step} read nothing that it does not declare`]
      : list(
          p.careful(`${step} read ${plural(undeclared.length, 'file')} that it does not declare:`),
          undeclared,
        )),
    ...list(p.careful('it wrote outside of its own folder:'), wrote),
    ...list('declared, and not read:', unread),
    ...(left.length === 0 ? [] : [p.faint(`left out: files ${left.join(', ')}`)]),
    ...(undeclared.length === 0
      ? []
      : [
          "a change of these is not noticed: make each a need with file('…'), or name a tool's version in `tools`",
        ]),
  ].join('\n');
}

const names = {
  tool: 'Node, ar-pipe and the bundle',
  packages: 'packages (their versions are in the key)',
  programs: 'programs that ran',
  system: 'the system',
} as const;
