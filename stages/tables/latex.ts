/** A table as LaTeX with booktabs; the file is a float to be \input. */
import { absentText, cellText, rowLabel } from './text.ts';
import { strengthHead, type Table } from './table.ts';

export function latexTable({ id, title, strengths, blocks, notes }: Table): string {
  const columns = strengths.length + 1;
  const wide = (text: string): string => `\\multicolumn{${columns}}{l}{${text}} \\\\`;
  const body = blocks.flatMap(({ title: block, rows }) => [
    '\\midrule',
    ...(rows.length === 0
      ? [wide(escapeLatex(absentText(block)))]
      : [
          wide(`\\textit{${escapeLatex(block)}}`),
          ...rows.map((row) =>
            line([rowLabel(row), ...strengths.map((strength) => cellText(row, strength))]),
          ),
        ]),
  ]);
  return [
    '% Needs \\usepackage{booktabs}.',
    '\\begin{table}',
    '\\centering',
    `\\caption{${escapeLatex([`${title}.`, ...notes].join(' '))}}`,
    `\\label{tab:${id}}`,
    `\\begin{tabular}{l${'r'.repeat(strengths.length)}}`,
    '\\toprule',
    line(['AR strength', ...strengths.map(strengthHead)]),
    ...body,
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

const line = (cells: readonly string[]): string => `${cells.map(escapeLatex).join(' & ')} \\\\`;

/** Characters with a meaning in LaTeX, and those beyond ASCII that the captions and rows of this project have. */
const replacements: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '$<$',
  '>': '$>$',
  '|': '$|$',
  '±': '$\\pm$',
  '×': '$\\times$',
  '·': '$\\cdot$',
  ε: '$\\varepsilon$',
  Δ: '$\\Delta$',
  '−': '$-$',
  '–': '--',
  '“': '``',
  '”': "''",
};

/** Text that LaTeX prints as it stands. */
export const escapeLatex = (text: string): string =>
  text.replace(/[^A-Za-z0-9\s]/gu, (char) => replacements[char] ?? char);
