/** Results for notebooks and scripts: the files of a step, straight from the store. Read-only; runs nothing. */
import { PipelineError } from './core/failure.ts';
import type { Metrics } from './core/events.ts';
import type { Json } from './core/json.ts';

export interface ReadOptions {
  /** Folder of pipeline.ts, or one below it. Default: the current one. */
  readonly directory?: string;
  readonly profile?: string;
  readonly pipeline?: string;
}

export interface StepResult {
  readonly step: string;
  readonly key: string;
  /** Whether it is what a run would give now. */
  readonly fresh: boolean;
  readonly params: Json;
  /** What the stage last reported as progress. */
  readonly metrics: Metrics;
  /** ISO 8601. */
  readonly builtAt: string;
  /** Path of an output's bytes in the store: read it, do not write it. For folders: of a file in it, as `frames/1.png`. */
  path(output: string): Promise<string>;
}

/**
 * The present result of a step or of a target of one step, or its last one where it is not fresh.
 * Throws PipelineError: unknown-target, usage where there is no result yet, object-corrupt where its bytes are gone.
 */
export async function readResult(name: string, options: ReadOptions = {}): Promise<StepResult> {
  // Loaded at need: stages import this package too, and must not wait for the engine.
  const { lookUpResult } = await import('./cli/result.ts');
  const { step, entry, fresh, store } = await lookUpResult(name, {
    directory: options.directory ?? '.',
    pipeline: options.pipeline,
    profile: options.profile,
  });
  return {
    step: step.name,
    key: entry.key,
    fresh,
    params: entry.recipe.params,
    metrics: entry.facts.metrics ?? {},
    builtAt: entry.facts.startedAt,
    async path(output) {
      const whole = entry.outputs[output];
      const [folder = '', ...rest] = output.split('/');
      const inside = entry.outputs[folder];
      const file =
        whole?.kind === 'file' ? whole : inside?.kind === 'dir' ? inside.files[rest.join('/')] : undefined;
      if (!file) {
        const known = Object.keys(entry.outputs).join(', ');
        throw new PipelineError({
          reason: 'usage',
          message: `${step.name} has no output '${output}'`,
          hint: `it has: ${known}`,
        });
      }
      const path = await store.object(file);
      if (path === undefined) {
        throw new PipelineError({
          reason: 'object-corrupt',
          message: `the bytes of ${output} are no longer in the store`,
          hint: `ar-pipe run ${step.name} makes them again`,
        });
      }
      return path;
    },
  };
}
