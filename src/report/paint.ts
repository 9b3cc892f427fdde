/** Colours by meaning. Whether there are any is the caller's decision (NO_COLOR, --no-color, a pipe). */
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
}

export function paint(color: boolean): Paint {
  const { green, red, yellow, cyan, dim, bold } = pc.createColors(color);
  return { good: green, bad: red, careful: yellow, busy: cyan, faint: dim, strong: bold };
}
