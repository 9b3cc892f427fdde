/** Public API of the engine. `ar-pipe/tf` is a separate entry point. */
export { defineStage, dir, many, metrics } from './pipeline/stage.ts';
export type { Cell, Checkpoint, ManyItem, RunContext, Stage } from './pipeline/stage.ts';
