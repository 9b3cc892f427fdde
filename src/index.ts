/**
 * Declares pipelines, and reads their results. `ar-pipe/tf` is a separate entry point.
 *
 * @module ar-pipe
 */
export { command } from './pipeline/command.ts';
export { pipeline } from './pipeline/pipeline.ts';
export { defineStage, dir, many, metrics } from './pipeline/stage.ts';
export { file, grid, step } from './pipeline/step.ts';
export { readResult, type ReadOptions, type StepResult } from './read-result.ts';
export { PipelineError, type Failure, type FailureReason } from './core/failure.ts';
export type { Metrics } from './core/events.ts';
export type { Json } from './core/json.ts';
export type { Command, CommandDefinition } from './pipeline/command.ts';
export type { Pipeline, PipelineDefinition, RemoteDefinition, Target } from './pipeline/pipeline.ts';
export type {
  Cell,
  Checkpoint,
  DirOutput,
  ManyItem,
  ManyNeed,
  MetricsOutput,
  Need,
  NeedPaths,
  Needs,
  Output,
  Progress,
  RunContext,
  Stage,
  StageDefinition,
} from './pipeline/stage.ts';
export type { Binding, FileInput, Step, StepOf } from './pipeline/step.ts';
export type { Resources, StepOptions, Tries } from './pipeline/step-options.ts';
