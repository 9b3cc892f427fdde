/** Tables as GitHub's Markdown. */
import { absentText, cellText, rowLabel } from './text.ts';
import { strengthHead, type Table } from './table.ts';

export function markdownTable({ title, strengths, blocks, notes }: Table): string {
  const rows = blocks.flatMap(({ title: block, rows }) => {
    if (rows.length === 0) return [[`**${escapeMarkdown(absentText(block))}**`, ...strengths.map(() => '')]];
    return [
      [`**${escapeMarkdown(block)}**`, ...strengths.map(() => '')],
      ...rows.map((row) => [
        escapeMarkdown(rowLabel(row)),
        ...strengths.map((strength) => escapeMarkdown(cellText(row, strength))),
      ]),
    ];
  });
  const head = ['AR strength', ...strengths.map(strengthHead)];
  const lines = markdownRows(head, rows, ['left', ...strengths.map(() => 'right' as const)]);
  return [
    `# ${escapeMarkdown(title)}`,
    '',
    ...lines,
    '',
    ...notes.map((note) => `- ${escapeMarkdown(note)}`),
    '',
  ].join('\n');
}

/** Lines of a table whose cells are Markdown already. */
export function markdownRows(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[] = head.map(() => 'left'),
): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(align.map((side) => (side === 'left' ? '---' : '---:'))), ...rows.map(line)];
}

/** Text that Markdown prints as it stands, also within a table. */
export const escapeMarkdown = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&').replace(/\s+/g, ' ');
