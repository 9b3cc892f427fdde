import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withZip } from '../../../stages/data/zip.ts';
import { zipOf, type Member } from './zip-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zip-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const write = (bytes: Uint8Array): string => {
  const path = join(folder, 'a.zip');
  writeFileSync(path, bytes);
  return path;
};
const namesOf = (members: readonly Member[]): Promise<readonly string[]> =>
  withZip(write(zipOf(members)), async ({ names }) => names);

describe('a zip archive', () => {
  it('gives its members, stored or deflated, without folders', async () => {
    const path = write(
      zipOf([
        { name: 'a/', content: '' },
        { name: 'a/stored', content: 'one' },
        { name: 'a/deflated', content: 'two '.repeat(1000), deflate: true },
        { name: 'empty', content: '' },
      ]),
    );
    await withZip(path, async (zip) => {
      expect(zip.names).toEqual(['a/stored', 'a/deflated', 'empty']);
      expect((await zip.read('a/deflated')).toString()).toBe('two '.repeat(1000));
      expect((await zip.read('a/stored')).toString()).toBe('one');
      expect(await zip.read('empty')).toHaveLength(0);
      await expect(zip.read('b')).rejects.toThrow(`${path} lacks b`);
    });
    expect(readdirSync(folder)).toEqual(['a.zip']);
  });

  it.each(['../evil', 'a/../../evil', '/evil', 'C:/evil', '..\\evil', 'a\\b'])(
    'with the path %s is refused',
    async (name) => {
      const path = join(folder, 'a.zip');
      await expect(
        namesOf([
          { name: 'good', content: '' },
          { name, content: 'x' },
        ]),
      ).rejects.toThrow(`${path} cannot be read (`);
    },
  );

  it('with two members of one path is refused', async () => {
    const member = { name: 'a', content: '' };
    await expect(namesOf([member, member])).rejects.toThrow('it holds a twice');
  });

  it('that is cut, or no archive, is refused', async () => {
    const whole = zipOf([{ name: 'a', content: 'x'.repeat(200) }]);
    for (const bytes of [
      whole.subarray(0, 100),
      whole.subarray(0, -10),
      Buffer.from('hello'),
      Buffer.alloc(0),
    ]) {
      const path = write(bytes);
      await expect(withZip(path, async ({ names }) => names)).rejects.toThrow(`${path} cannot be read (`);
    }
    await expect(withZip(join(folder, 'none.zip'), async () => null)).rejects.toThrow('ENOENT');
  });

  it('with damaged bytes names the member', async () => {
    const bytes = zipOf([
      { name: 'stored', content: 'x'.repeat(200) },
      { name: 'deflated', content: 'y'.repeat(200), deflate: true },
      { name: 'other', content: 'z', crc: 1 },
    ]);
    bytes[100] = 0;
    bytes[bytes.indexOf('deflated') + 9] = 0xff;
    const path = write(bytes);
    await withZip(path, async (zip) => {
      await expect(zip.read('stored')).rejects.toThrow(
        `stored of ${path} cannot be read (its CRC-32 is wrong)`,
      );
      await expect(zip.read('deflated')).rejects.toThrow(`deflated of ${path} cannot be read (`);
      await expect(zip.read('other')).rejects.toThrow('its CRC-32 is wrong');
    });
  });
});
