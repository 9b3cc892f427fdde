/** Labelled pictures in memory: one common form for every data set. */

export interface PictureSet {
  /** Bytes, row-major [count, height, width, channels]; channels are grey, or R G B. */
  readonly images: Uint8Array;
  /** Class of each picture, 0 .. classes-1. */
  readonly labels: Int32Array;
  /** Record number of each picture in the file it came from. */
  readonly index: Int32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** What is known of a data set beyond its pictures. */
export interface DataSetFacts {
  readonly name: string;
  readonly classNames: readonly string[];
  /** Per channel, of pixels in [0, 1]: mean and standard deviation that nets normalise their input by. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** @throws an error naming `source` where sizes do not agree or a label is out of range. */
export function checkPictures(set: PictureSet, classes: number, source: string): PictureSet {
  const { images, labels, index, count, height, width, channels } = set;
  if (images.length !== count * height * width * channels) {
    throw new Error(
      `${source}: ${images.length} bytes are not ${count} pictures of ${height}x${width}x${channels}`,
    );
  }
  if (labels.length !== count || index.length !== count) {
    throw new Error(`${source}: ${count} pictures but ${labels.length} labels`);
  }
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) {
    throw new Error(
      `${source}: record ${index[wrong]!} has label ${labels[wrong]!}, but there are ${classes} classes`,
    );
  }
  return set;
}

/** The pictures at these places, in this order. */
export function takePictures(set: PictureSet, places: ArrayLike<number>): PictureSet {
  const bytes = set.height * set.width * set.channels;
  const images = new Uint8Array(places.length * bytes);
  const labels = new Int32Array(places.length);
  const index = new Int32Array(places.length);
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    images.set(set.images.subarray(place * bytes, (place + 1) * bytes), i * bytes);
    labels[i] = set.labels[place]!;
    index[i] = set.index[place]!;
  }
  return { ...set, images, labels, index, count: places.length };
}

/** Per channel, of pixels in [0, 1]: mean and population STD. A constant channel counts as STD 1: it is only centred. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Adds pictures up, so that all of a data set can be measured without being held. Sums of bytes are exact in any order. */
export class ChannelSums {
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;
  #pixels = 0;

  constructor(channels: number) {
    this.#sum = new Float64Array(channels);
    this.#squares = new Float64Array(channels);
  }

  /** Bytes with the channels last. */
  add(images: Uint8Array): void {
    const channels = this.#sum.length;
    for (let i = 0; i < images.length; i += channels) {
      for (let c = 0; c < channels; c++) {
        const value = images[i + c]!;
        this.#sum[c]! += value;
        this.#squares[c]! += value * value;
      }
    }
    this.#pixels += images.length / channels;
  }

  statistics(): ChannelStatistics {
    const mean = Array.from(this.#sum, (total) => total / this.#pixels);
    const std = mean.map((m, c) => Math.sqrt(this.#squares[c]! / this.#pixels - m * m) || 255);
    return { mean: mean.map((m) => m / 255), std: std.map((s) => s / 255) };
  }
}

export function channelStatistics({ images, channels }: PictureSet): ChannelStatistics {
  const sums = new ChannelSums(channels);
  sums.add(images);
  return sums.statistics();
}
