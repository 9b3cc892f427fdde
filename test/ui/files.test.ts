import { expect, test } from 'vitest';
import { groupFiles, kindOf, pictureOf, stemOf, typeOf } from '../../src/ui/file-kind.ts';
import { tableHtml } from '../../src/ui/table-html.ts';

test('forms of one figure belong together, drawings are preferred to pixels', () => {
  const files = ['fig5.png', 'fig5.svg', 'fig5.csv', 'fig5.vl.json', 'fig5.vg.json', 'table1.md'].map(
    (name) => ({ name }),
  );
  const groups = groupFiles(files);
  expect([...groups.keys()]).toEqual(['fig5', 'table1']);
  expect(pictureOf(groups.get('fig5')!)?.name).toBe('fig5.svg');
  expect(pictureOf(groups.get('table1')!)).toBeUndefined();
  expect(stemOf('frames/1.2.png')).toBe('frames/1.2');
});

test('what is not known is bytes, never HTML', () => {
  expect(typeOf('page.html')).toBe('application/octet-stream');
  expect(typeOf('script.js')).toBe('application/octet-stream');
  expect(kindOf('weights')).toBe('other');
});

test.each(['a.csv', 'a.md', 'a.txt'])('nothing in %s becomes HTML', (name) => {
  const html = tableHtml(
    name,
    'x<script>alert(1)</script>,y\n<img src=x onerror=alert(1)>,[a](javascript:alert(1))\n',
  );
  expect(html).not.toMatch(/<script|<img|href="javascript/);
});

test('numbers of a CSV file stand right, in six digits', () => {
  const html = tableHtml('a.csv', 'name,value\na,0.123456789\nb,12\n');
  expect(html).toContain('<th scope="col" class="number">value</th>');
  expect(html).toContain('<td class="number">0.123457</td>');
  expect(html).toContain('<td>a</td>');
});

test('a long table is cut, and says so', () => {
  const rows = Array.from({ length: 30 }, (_, i) => String(i)).join('\n');
  const html = tableHtml('a.csv', `n\n${rows}\n`, 10);
  expect(html.match(/<td/g)).toHaveLength(10);
  expect(html).toContain('20 more rows');
});

test('verdicts are marked in Markdown and CSV alike, and keep their words', () => {
  const markdown = tableHtml('a.md', '| | v |\n|---|---|\n| x | does not hold |\n| y | **holds** |\n');
  expect(markdown).toContain('<span class="verdict does-not-hold">does not hold</span>');
  expect(markdown).toContain('<span class="verdict holds">holds</span>');
  expect(tableHtml('a.csv', 'v\nnot measurable\n')).toContain('class="verdict not-measurable"');
  expect(tableHtml('a.csv', 'v\nit holds water\n')).not.toContain('verdict');
});

test('alignment is a class: the policy of the page refuses styles', () => {
  const html = tableHtml('a.md', '| a | b | c |\n|---|---:|:---:|\n| x | 1 | y |\n');
  expect(html).toContain('<td class="number">1</td>');
  expect(html).not.toContain('style=');
});

test('headings of a file lie below those of the page', () => {
  expect(tableHtml('a.md', '# Title\n')).toContain('<h4>Title</h4>');
});
