/**
 * Tiny-ImageNet (Stanford CS231n) from its zip of JPEG pictures. The test part is the validation pictures, since the labels of
 * the official test pictures are not public. Members are read and decoded one by one: besides the pictures kept, memory holds
 * the archive's list of members and one picture.
 */
import { ChannelSums, type ChannelStatistics, type PictureSet } from './picture-set.ts';
import { decodeJpeg } from './jpeg.ts';
import { placesOf, type Subset } from './subset.ts';
import {
  listTraining,
  listValidation,
  parseClasses,
  parseWords,
  rootOf,
  type Listed,
} from './tiny-layout.ts';
import { withZip, type ZipArchive } from './zip.ts';

export interface TinyImageNetQuery {
  readonly train: Subset;
  readonly test: Subset;
  /** Also measure all training pictures of the archive, kept or not. */
  readonly measure: boolean;
  /** Called after every picture with the number decoded and to be decoded. */
  readonly onPicture: (done: number, total: number) => void;
}

export interface TinyImageNet {
  readonly train: PictureSet;
  readonly test: PictureSet;
  readonly classNames: readonly string[];
  /** Of all training pictures, where asked for. */
  readonly statistics: ChannelStatistics | null;
}

/** @throws an error naming the archive, the member, and the line where there is one */
export async function readTinyImageNet(path: string, query: TinyImageNetQuery): Promise<TinyImageNet> {
  return withZip(path, async (zip) => {
    const root = rootOf(zip.names, path);
    const text = async (name: string): Promise<string> =>
      new TextDecoder().decode(await zip.read(root + name));
    const classes = parseClasses(await text('wnids.txt'), `wnids.txt of ${path}`);
    const classNames = parseWords(await text('words.txt'), classes, `words.txt of ${path}`);
    const annotations = await text('val/val_annotations.txt');
    const training = listTraining(zip.names, root, classes, path);
    const validation = listValidation(
      zip.names,
      root,
      annotations,
      classes,
      `val/val_annotations.txt of ${path}`,
    );

    const keptTrain = choose(training, query.train, classes.size, path);
    const keptTest = choose(validation, query.test, classes.size, path);
    const total = (query.measure ? training.length : keptTrain.length) + keptTest.length;
    let done = 0;
    const decode = decoder(zip, path, () => {
      query.onPicture(++done, total);
    });

    const sums = query.measure ? new ChannelSums(3) : null;
    const train = await readPart(training, keptTrain, sums, decode);
    const test = await readPart(validation, keptTest, null, decode);
    return { train, test, classNames, statistics: sums?.statistics() ?? null };
  });
}

function choose(listed: readonly Listed[], subset: Subset, classes: number, source: string): Int32Array {
  const labels = Int32Array.from(listed, ({ label }) => label);
  return placesOf(labels, subset, classes, source);
}

interface Decoder {
  /** Size of all pictures, known from the first one decoded. */
  size: { readonly height: number; readonly width: number } | null;
  pixels(name: string): Promise<Uint8Array>;
}

function decoder(zip: ZipArchive, path: string, onPicture: () => void): Decoder {
  return {
    size: null,
    async pixels(name) {
      const { height, width, pixels } = decodeJpeg(await zip.read(name), `${name} of ${path}`);
      const size = (this.size ??= { height, width });
      if (height !== size.height || width !== size.width) {
        throw new Error(
          `${name} of ${path} is ${height}x${width} pixels, but the first picture is ${size.height}x${size.width}`,
        );
      }
      onPicture();
      return pixels;
    },
  };
}

/** The pictures at the places `kept` (ascending); with `sums` all are decoded and counted in. */
async function readPart(
  listed: readonly Listed[],
  kept: Int32Array,
  sums: ChannelSums | null,
  decode: Decoder,
): Promise<PictureSet> {
  let images = new Uint8Array(0);
  let stored = 0;
  const keep = new Set(kept);
  for (const [place, { name }] of listed.entries()) {
    if (sums === null && !keep.has(place)) continue;
    const pixels = await decode.pixels(name);
    sums?.add(pixels);
    if (!keep.has(place)) continue;
    if (stored === 0) images = new Uint8Array(kept.length * pixels.length);
    images.set(pixels, stored++ * pixels.length);
  }
  const { height, width } = decode.size!;
  return {
    images,
    labels: kept.map((place) => listed[place]!.label),
    index: kept,
    count: kept.length,
    height,
    width,
    channels: 3,
  };
}
