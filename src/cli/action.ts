/** What every file in commands/ exports. */
import type { Command } from 'commander';
import type { CommonOptions } from './options.ts';

/** Runs a command; the number is the exit status. */
export type Action = (
  args: readonly string[],
  options: CommonOptions,
  given: Readonly<Record<string, unknown>>,
  program: Command,
) => Promise<number>;
