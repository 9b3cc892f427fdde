/** Which training run a file is of: the labels of the grid's cell that its step was declared in. */
import type { ManyItem } from 'ar-pipe';
import * as z from 'zod';

export const runSchema = z.object({
  /** Name of the data set in step names, such as `cifar-10`. */
  data: z.string(),
  /** Name of the net in step names, such as `resnet-56`. */
  net: z.string(),
  /** Kind of the training attack: `pgd`, `fgsm`, or `none` for ordinary training. */
  attack: z.enum(['pgd', 'fgsm', 'none']),
  /** Level the spectral norms were controlled to after every epoch (the paper's SP), or `none`. */
  sp: z.union([z.literal('none'), z.number().positive()]),
  /** Strength of the training attack (AR), in units of 1/255. */
  epsilon: z.number().nonnegative(),
  seed: z.int().nonnegative(),
});
export type Run = z.output<typeof runSchema>;

/** The labels that runs share which differ in strength and seed alone. */
export const runKindSchema = z.strictObject(
  runSchema.pick({ data: true, net: true, attack: true, sp: true }).shape,
);
export type RunKind = z.output<typeof runKindSchema>;

export const isOfKind = (run: Run, { data, net, attack, sp }: RunKind): boolean =>
  run.data === data && run.net === net && run.attack === attack && run.sp === sp;

/** The run of a grid's cell; other labels are welcome. @throws an error naming the file and the first label that does not fit */
export function runOf({ path, cell }: ManyItem): Run {
  const parsed = runSchema.safeParse(cell);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new Error(
    `${path} comes from the cell ${JSON.stringify(cell)}, whose label '${issue.path.join('.')}' does not fit (${issue.message}); ` +
      `figures and tables need the labels ${Object.keys(runSchema.shape).join(', ')}`,
  );
}
