/** What must be read from the world before anything can be planned: code, local inputs, environment. */
import type { Loaded } from '../pipeline/load.ts';
import type { Project } from '../pipeline/project.ts';
import { stageMark } from '../pipeline/stage.ts';
import type { FileInput, Step } from '../pipeline/step.ts';
import type { Coder, FrozenCode } from '../key/code.ts';
import { changedHelper } from '../key/helpers.ts';
import type { exportOutput } from '../store/restore.ts';
import type { GpuLeases, Store } from '../store/store.ts';
import { createEnvironments, type Environments, type NumericalEnvironment } from './environment.ts';
import { helperFiles } from './describe.ts';
import type { LastResults } from './last.ts';
import { readLocalInputs, type FileDigests, type LocalInputs } from './local-inputs.ts';
import type { Placed } from './placed.ts';
import type { PlanContext } from './plan.ts';

/** The parts a command line puts together. */
export interface Workshop {
  readonly project: Project;
  readonly loaded: Loaded;
  readonly coder: Coder;
  readonly store: Store;
  readonly gpuLeases: GpuLeases;
  readonly last: LastResults;
  readonly placed: Placed;
  readonly digests: FileDigests;
  readonly numerical: NumericalEnvironment;
  readonly outerEnv: NodeJS.ProcessEnv;
  readonly exportOutput: typeof exportOutput;
}

export interface Prepared extends PlanContext {
  readonly environments: Environments;
  readonly inputs: LocalInputs;
  /** Checked, for running it. */
  frozenCode(step: Step): FrozenCode;
  noteHelpers(step: Step, code: string): void;
}

/** Freezes the code of all stages of these steps; throws PipelineError where one does not parse. */
export async function prepare(
  workshop: Workshop,
  steps: readonly Step[],
  options: { readonly forced?: ReadonlySet<Step>; readonly anyEnv?: boolean } = {},
): Promise<Prepared> {
  const { project, loaded, coder, store, last } = workshop;
  const files = new Set(steps.flatMap((step) => loaded.stageFile(step) ?? []));
  const [codes, inputs, environments] = await Promise.all([
    coder.stages([...files]),
    readLocalInputs(project.folder, steps, workshop.digests),
    createEnvironments(steps, workshop.numerical, workshop.outerEnv),
  ]);
  const codeOf = (step: Step): FrozenCode => codes.get(loaded.stageFile(step)!)!;
  const local = { local: (input: FileInput) => inputs.of(input) };
  return {
    store,
    last,
    inputs,
    environments,
    frozenCode(step) {
      const code = codeOf(step);
      coder.check(code);
      return code;
    },
    noteHelpers(step, code) {
      const files = helperFiles(step, local);
      if (files.length > 0) coder.noteHelpers(code, Object.fromEntries(files));
    },
    pipelineSeed: loaded.pipeline.seed ?? 0,
    forced: options.forced ?? new Set(),
    anyEnv: options.anyEnv ?? true,
    ...local,
    codeOf: (step) => codeOf(step).digest,
    envOf: (step) => environments.identity(step),
    explainCode(step, before, after) {
      if (step.stage[stageMark] !== 'command') return coder.explain(before, after, loaded.stageFile(step)!);
      const old = coder.notedHelpers(before);
      const now = coder.notedHelpers(after) ?? Object.fromEntries(helperFiles(step, local));
      const changed = old && changedHelper(old, now);
      if (changed !== undefined) return { file: changed, line: 1, formattingOnly: false };
      const [file, line] = (loaded.declaredAt(step) ?? project.pipelineFile).split(':');
      return { file: file!, line: Number(line ?? 1), formattingOnly: false };
    },
  };
}
