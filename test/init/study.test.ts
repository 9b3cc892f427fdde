import { expect, test } from 'vitest';
import { packageName, packagesOf, studyFiles } from '../../src/init/study.ts';

const template = new Map([
  ['_package.json', '{"name":"study","dependencies":{"zod":"^4.0.0"},"devDependencies":{}}'],
  ['_gitignore', 'cache/\n'],
  ['README.md', '# {{name}}\n'],
  ['stages/lib/a.ts', '{{name}}'],
]);

test('the files of a study carry its name and the tool that wrote them', () => {
  const files = studyFiles(template, { name: 'cars', tool: '^1.2.3' });
  expect([...files.keys()]).toEqual(['package.json', '.gitignore', 'README.md', 'stages/lib/a.ts']);
  expect(JSON.parse(files.get('package.json')!)).toEqual({
    name: 'cars',
    dependencies: { 'ar-pipe': '^1.2.3', zod: '^4.0.0' },
    devDependencies: {},
  });
  expect(files.get('README.md')).toBe('# cars\n');
  expect(files.get('stages/lib/a.ts')).toBe('{{name}}');
});

test('a package.json that is kept needs these packages', () => {
  const ofRegistry = studyFiles(template, { name: 'cars', tool: '^1.2.3' });
  expect(packagesOf(ofRegistry)).toEqual(['ar-pipe@^1.2.3', 'zod@^4.0.0']);
  const ofFile = studyFiles(template, { name: 'cars', tool: 'file:../ar-pipe.tgz' });
  expect(packagesOf(ofFile)[0]).toBe('file:../ar-pipe.tgz');
});

test.each([
  ['my-study', 'my-study'],
  ['My Study (2)', 'my-study-2'],
  ['Ärger', 'arger'],
  ['.hidden', 'hidden'],
  ['日本', 'study'],
  ['ar-pipe', 'ar-pipe-study'],
  ['zod', 'zod-study'],
])('a package in the folder %j is called %s', (folder, name) => {
  expect(packageName(folder)).toBe(name);
});
