/** What a report shows of each result: its files read from the store, in the forms a page without a server can hold. */
import { readFile } from 'node:fs/promises';
import { groupFiles, kindOf, pictureOf, typeOf } from '../file-kind.ts';
import type { Look, Made, Result, StoredFile } from '../study.ts';
import { tableHtml } from '../table-html.ts';

export interface Picture {
  readonly name: string;
  /** `data:` address; of a drawing its text, so that it stays sharp on paper. */
  readonly address: string;
}

/** A figure or a table, in whatever forms the stage wrote it. */
export interface Shown {
  readonly stem: string;
  readonly picture: Picture | null;
  /** HTML. */
  readonly table: string | null;
  /** Beside a picture the table is its data, which few want to see at once. */
  readonly isData: boolean;
  /** Files small enough to be taken along. */
  readonly downloads: readonly Picture[];
}

export interface ReportedResult extends Result {
  readonly shown: readonly Shown[];
  /** The steps behind it; of a result that is not fresh only the step itself. */
  readonly lineage: readonly Made[];
}

const MOST_ROWS = 500;
const MOST_DATA_ROWS = 60;
/** A drawing of more bytes is a cloud of points, which its pixels show as well. */
const LARGEST_DRAWING = 1_000_000;
const LARGEST_PICTURE = 2_000_000;
const LARGEST_TEXT = 2_000_000;
const LARGEST_DOWNLOAD = 150_000;

export async function contentOf(look: Look): Promise<ReportedResult[]> {
  return Promise.all(
    look.study.results.map(async (result) => ({
      ...result,
      shown: await shownOf(look, result),
      lineage: look.lineage(result.step),
    })),
  );
}

async function shownOf(look: Look, { step, files }: Result): Promise<Shown[]> {
  const read = async (file: StoredFile | undefined): Promise<Buffer | null> => {
    const path = file && (await look.file(step, file.name));
    return path === undefined ? null : readFile(path);
  };
  const groups = [...groupFiles(files ?? [])].map(async ([stem, group]): Promise<Shown> => {
    const drawing = choosePicture(group);
    const bytes = await read(drawing);
    const picture =
      drawing && bytes ? { name: drawing.name, address: dataAddress(drawing.name, bytes) } : null;
    const source =
      (picture ? undefined : textIn(group, 'markdown')) ??
      textIn(group, 'csv') ??
      (picture ? undefined : textIn(group, 'text'));
    const text = await read(source);
    return {
      stem,
      picture,
      table:
        source && text
          ? tableHtml(source.name, text.toString('utf8'), picture ? MOST_DATA_ROWS : MOST_ROWS)
          : null,
      isData: picture !== null,
      downloads: await downloadsOf(group, read),
    };
  });
  return (await Promise.all(groups)).filter(
    ({ picture, table, downloads }) => picture ?? table ?? downloads[0],
  );
}

function choosePicture(group: readonly StoredFile[]): StoredFile | undefined {
  const best = pictureOf(group);
  const pixels = group.find(
    ({ name, bytes }) => kindOf(name) === 'image' && !/\.svg$/i.test(name) && bytes < LARGEST_PICTURE,
  );
  if (best && best.bytes > LARGEST_DRAWING) return pixels;
  return best;
}

const textIn = (group: readonly StoredFile[], kind: 'markdown' | 'csv' | 'text'): StoredFile | undefined =>
  group.find(({ name, bytes }) => kindOf(name) === kind && bytes < LARGEST_TEXT);

async function downloadsOf(
  group: readonly StoredFile[],
  read: (file: StoredFile) => Promise<Buffer | null>,
): Promise<Picture[]> {
  const small = group.filter(
    ({ name, bytes }) => bytes <= LARGEST_DOWNLOAD && /^(csv|markdown|text)$/.test(kindOf(name)),
  );
  const taken = small.map(async ({ name, ...rest }) => {
    const bytes = await read({ name, ...rest });
    return bytes ? [{ name, address: dataAddress(name, bytes) }] : [];
  });
  return (await Promise.all(taken)).flat();
}

/** Text is escaped, which is shorter than base64 and keeps it readable; everything else is base64. */
function dataAddress(name: string, bytes: Buffer): string {
  const type = typeOf(name);
  if (!/^(text|image\/svg|application\/json)/.test(type))
    return `data:${type};base64,${bytes.toString('base64')}`;
  const text = bytes
    .toString('utf8')
    .replace(/[%#?&"'<>\r\n\t\\^`{|}]|[^\u0020-\u007e]+/gu, (part) =>
      encodeURIComponent(part).replaceAll("'", '%27'),
    );
  return `data:${type.replace(/; /, ';')},${text.replaceAll(' ', '%20')}`;
}
