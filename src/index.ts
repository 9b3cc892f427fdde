/** Public API of the engine. `ar-pipe/tf` is a separate entry point. */
export { command } from './pipeline/command.ts';
export { pipeline } from './pipeline/pipeline.ts';
export { defineStage, dir, many, metrics } from './pipeline/stage.ts';
export { file, grid, step } from './pipeline/step.ts';
export { readResult, type ReadOptions, type StepResult } from './read-result.ts';
export { PipelineError, type Failure, type FailureReason } from './core/failure.ts';
export type { Pipeline, Target } from './pipeline/pipeline.ts';
export type { Cell, Checkpoint, ManyItem, Progress, RunContext, Stage } from './pipeline/stage.ts';
export type { FileInput, Resources, Step, StepOf, StepOptions } from './pipeline/step.ts';
