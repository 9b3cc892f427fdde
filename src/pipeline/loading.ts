/**
 * What surrounds the evaluation of a user's pipeline.ts: which file each stage came from, parameters set on the command
 * line, and the cell of the grid being expanded. Kept on globalThis because the pipeline may have been bundled with, or
 * resolve to, another copy of this module than the command line uses.
 */
import type { Cell } from './stage.ts';

export interface Loading {
  /** Stage object → its file, relative to the project. */
  readonly stageFiles: WeakMap<object, string>;
  /** `--set` texts, as STEP.param=value. Step names may hold dots and equal signs, so only the step itself can read them. */
  overrides: readonly string[];
  /** Those that met their step. */
  readonly used: Set<string>;
  cell: Cell;
  /** Called at the end of every bundled module that has a default export (see load.ts): says where a stage was declared. */
  bind(value: unknown, file: string): void;
}

const symbol = Symbol.for('ar-pipe.loading');
const holder = globalThis as unknown as Record<symbol, Loading | undefined>;

export function loading(): Loading {
  return (holder[symbol] ??= {
    stageFiles: new WeakMap(),
    overrides: [],
    used: new Set(),
    cell: {},
    bind(value, file) {
      if (typeof value === 'object' && value !== null && !this.stageFiles.has(value))
        this.stageFiles.set(value, file);
    },
  });
}

/** Runs `body` with the labels of a grid's cell in force; steps declared meanwhile carry them. */
export function withinCell<T>(cell: Cell, body: () => T): T {
  const context = loading();
  const outer = context.cell;
  context.cell = { ...outer, ...cell };
  try {
    return body();
  } finally {
    context.cell = outer;
  }
}
