/** Tables and texts of a study as HTML. What a file holds is never taken for HTML. */
import { csvParseRows } from 'd3-dsv';
import MarkdownIt from 'markdown-it';
import { integer } from '../report/measures.ts';
import { escapeHtml } from './escape.ts';
import { kindOf } from './file-kind.ts';

/** HTML of a `.csv`, `.md` or text file; of a longer table the first `mostRows` rows, and how many there are. */
export function tableHtml(name: string, text: string, mostRows = Infinity): string {
  switch (kindOf(name)) {
    case 'csv':
      return csvHtml(csvParseRows(text), mostRows);
    case 'markdown':
      return markdownHtml(text);
    case 'text':
      return `<pre>${escapeHtml(text.slice(0, MOST_CHARACTERS))}</pre>`;
    case 'image':
    case 'other':
      return '';
  }
}

const MOST_CHARACTERS = 20_000;

/** Headings begin two levels lower: the page has its own. */
function markdownHtml(text: string): string {
  const markdown = new MarkdownIt({ html: false, linkify: false });
  const tokens = markdown.parse(text, {});
  for (const token of tokens) {
    // The page's policy refuses styles within HTML; columns aligned to the right hold numbers.
    const style = token.attrGet('style');
    if (style !== null) token.attrs = style === 'text-align:right' ? [['class', 'number']] : null;
    if (token.type === 'heading_open' || token.type === 'heading_close')
      token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 3)}`;
  }
  const html = markdown.renderer.render(tokens, markdown.options, {});
  // A header cell without a text, as above the names of rows, is a cell.
  return markVerdicts(html.replace(/<th([^>]*)><\/th>/g, '<td$1></td>')).replace(
    /<a /g,
    '<a rel="noreferrer" ',
  );
}

function csvHtml(rows: readonly (readonly string[])[], mostRows: number): string {
  const [head = [], ...body] = rows;
  const shown = body.slice(0, mostRows);
  // Numbers stand right, so that their digits stand below each other.
  const numeric = head.map((_, i) => shown.length > 0 && shown.every((row) => isNumber(row[i] ?? '')));
  const cell = (text: string, i: number): string => {
    const style = numeric[i] ? ' class="number"' : '';
    return `<td${style}>${escapeHtml(numeric[i] ? shortNumber(text) : text)}</td>`;
  };
  const lines = [
    '<table>',
    `<thead><tr>${head.map((name, i) => `<th scope="col"${numeric[i] ? ' class="number"' : ''}>${escapeHtml(name)}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...shown.map((row) => `<tr>${head.map((_, i) => cell(row[i] ?? '', i)).join('')}</tr>`),
    '</tbody>',
    '</table>',
  ];
  const rest = body.length - shown.length;
  if (rest > 0) lines.push(`<p class="faint">… and ${integer(rest)} more rows in the file</p>`);
  return markVerdicts(lines.join('\n'));
}

const isNumber = (text: string): boolean =>
  text === '' || (text.trim() !== '' && Number.isFinite(Number(text)));

/** Files hold full precision; six digits are enough to read. */
function shortNumber(text: string): string {
  const value = Number(text);
  return text === '' || text.length <= 8 ? text : String(Number(value.toPrecision(6)));
}

/** A cell that is nothing but a verdict is coloured as one; the words stay. */
function markVerdicts(html: string): string {
  return html.replace(
    /<td([^>]*)>(?:<strong>)?(holds|does not hold|not measurable)(?:<\/strong>)?<\/td>/gi,
    (_, attributes: string, verdict: string) =>
      `<td${attributes}><span class="verdict ${verdict.toLowerCase().replaceAll(' ', '-')}">${verdict}</span></td>`,
  );
}
