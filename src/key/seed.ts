/** Random streams: one number per (pipeline seed, stream name), so that a rerun of one step is exact. */
import { sha256 } from './recipe.ts';

/** Unsigned 32-bit seed of a stream: a step's name, or a stream that paired steps share. */
export function seedOf(pipelineSeed: number, stream: string): number {
  return Number.parseInt(sha256(JSON.stringify(['ar-pipe/seed/1', pipelineSeed, stream])).slice(0, 8), 16);
}
