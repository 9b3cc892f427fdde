/** Links of the Markdown pages: files that are there, headings that are there, and no page that nothing leads to. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import MarkdownIt from 'markdown-it';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const pages = ['*.md', 'docs/**/*.md', 'datasets/**/*.md', 'stages/**/*.md'].flatMap((pattern) =>
  globSync(pattern, { cwd: root }),
);
const markdown = new MarkdownIt({ html: true });

interface Page {
  /** Where its links lead. */
  readonly links: readonly string[];
  /** Names of its headings, as GitHub makes them, and what it names itself. */
  readonly anchors: ReadonlySet<string>;
}

function pageOf(text: string): Page {
  const tokens = markdown.parse(text, {});
  const links = tokens
    .flatMap(({ children }) => children ?? [])
    .flatMap((token) => [token.attrGet('href') ?? token.attrGet('src') ?? []].flat().map(String));
  const anchors = new Set([...text.matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id!));
  for (const [i, { type }] of tokens.entries()) {
    if (type !== 'heading_open') continue;
    const plain = (tokens[i + 1]?.children ?? []).map(({ content }) => content).join('');
    const name = plain
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    let unused = name;
    for (let k = 1; anchors.has(unused); k++) unused = `${name}-${k}`;
    anchors.add(unused);
  }
  return { links, anchors };
}

const parsed = new Map<string, Page>();

function read(page: string): Page {
  const known = parsed.get(page) ?? pageOf(readFileSync(join(root, page), 'utf8'));
  parsed.set(page, known);
  return known;
}

/** What is wrong with a link of a page, or nothing. */
function complaint(page: string, link: string): string[] {
  if (/^[a-z]+:/.test(link)) return [];
  const [path = '', anchor] = decodeURI(link).split('#', 2);
  const target = path === '' ? page : relative(root, resolve(root, dirname(page), path));
  if (target.startsWith('..')) return [`${page}: ${link} leads out of the project`];
  if (!existsSync(join(root, target))) return [`${page}: ${link} is not there`];
  if (anchor === undefined) return [];
  if (!target.endsWith('.md') || !read(target).anchors.has(anchor))
    return [`${page}: ${target} has no heading #${anchor}`];
  return [];
}

test('every link leads somewhere', () => {
  expect(pages.length).toBeGreaterThan(15);
  expect(pages.flatMap((page) => read(page).links.flatMap((link) => complaint(page, link)))).toEqual([]);
});

test('every page of the documentation can be reached from the README', () => {
  const reached = new Set<string>();
  const queue = ['README.md'];
  for (let page = queue.pop(); page !== undefined; page = queue.pop()) {
    if (reached.has(page)) continue;
    reached.add(page);
    for (const link of read(page).links) {
      const target = relative(root, resolve(root, dirname(page), link.split('#')[0]!));
      if (target.endsWith('.md') && existsSync(join(root, target))) queue.push(target);
      const inside = join(target, 'README.md');
      if (existsSync(join(root, inside)) && statSync(join(root, target)).isDirectory()) queue.push(inside);
    }
  }
  expect(pages.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
});

test('a wrong link would be noticed', () => {
  const { links, anchors } = pageOf('# A `b` c-d!\n\n[x](nowhere.md) ![y](pictures/z.png)\n\n# A b c-d\n');
  expect(links).toEqual(['nowhere.md', 'pictures/z.png']);
  expect([...anchors]).toEqual(['a-b-c-d', 'a-b-c-d-1']);
  expect(complaint('README.md', 'nowhere.md')).toEqual(['README.md: nowhere.md is not there']);
  expect(complaint('README.md', 'docs/cli.md#no-such-heading')).toHaveLength(1);
  expect(complaint('README.md', '../elsewhere')).toHaveLength(1);
});
