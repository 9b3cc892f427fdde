/**
 * JPEG to pixels by libjpeg-turbo compiled to WebAssembly: the decoder behind Pillow and torchvision, with the same pixels on
 * every machine (docs/data.md compares it with others).
 */
import { decode } from '@cwasm/jpeg-turbo';

export interface Picture {
  readonly height: number;
  readonly width: number;
  /** R G B bytes, row-major [height, width, 3]; grey pictures have three equal channels. */
  readonly pixels: Uint8Array;
}

/** `name` stands for the file in messages. @throws an error naming it where it is no JPEG, or a truncated one */
export function decodeJpeg(bytes: Uint8Array, name: string): Picture {
  const { width, height, data } = decoded(bytes, name);
  const pixels = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < pixels.length; from += 4) {
    pixels[to++] = data[from]!;
    pixels[to++] = data[from + 1]!;
    pixels[to++] = data[from + 2]!;
  }
  return { height, width, pixels };
}

function decoded(bytes: Uint8Array, name: string): ReturnType<typeof decode> {
  // Left to the decoder, bytes that are no JPEG at all end in an error about its own insides.
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new Error(`${name} is not a JPEG picture`);
  try {
    return decode(bytes);
  } catch (error) {
    throw new Error(`${name} is a truncated or damaged JPEG picture; get it again`, { cause: error });
  }
}
