/** Colours by meaning, and links. Whether there are any is the caller's decision (NO_COLOR, --no-color, a pipe, the terminal). */
import pc from 'picocolors';

export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  careful(text: string): string;
  /** What is being worked on. */
  busy(text: string): string;
  /** What a reader may skip. */
  faint(text: string): string;
  strong(text: string): string;
  /** The name of a file of the project, `text` as `stages/train.ts:41:7` may say where in it. */
  file(text: string): string;
}

/** `folder`: address of the project's folder, ending in `/`, where the terminal can follow links (OSC 8). */
export function paint(color: boolean, folder?: string): Paint {
  const { green, red, yellow, cyan, dim, bold } = pc.createColors(color);
  const file = (text: string): string => {
    if (folder === undefined) return text;
    const path = text
      .replace(/(:\d+)+$/, '')
      .split('/')
      .map(encodeURIComponent)
      .join('/');
    return `${LINK}${new URL(path, folder).href}${END}${text}${LINK}${END}`;
  };
  return { good: green, bad: red, careful: yellow, busy: cyan, faint: dim, strong: bold, file };
}

const LINK = '\u001B]8;;';
const END = '\u0007';
