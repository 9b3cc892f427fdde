/** Checks what a worker sends: its code is ours, but a stage runs in the same process. */
import * as z from 'zod';
import type { Failure } from '../core/failure.ts';
import type { FromWorker } from './messages.ts';

/** Metrics may be NaN or infinite: a diverging loss is worth showing. */
const number = z.custom<number>((value) => typeof value === 'number');
const metrics = z.record(z.string(), number);
const file = { path: z.string(), digest: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().nonnegative() };
const produced = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), ...file }),
  z.object({ kind: z.literal('dir'), files: z.record(z.string(), z.object(file)) }),
]);
const failure = z.custom<Failure>((value) => {
  const { reason, message } = (value ?? {}) as Partial<Failure>;
  return typeof reason === 'string' && typeof message === 'string';
});
const done = z.object({
  produced: z.record(z.string(), produced),
  metrics,
  backend: z.record(z.string(), z.string()).nullable(),
  ms: number,
});
const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('group'), pid: z.int().positive().nullable() }),
  z.object({
    type: z.literal('progress'),
    progress: z.object({ done: number, total: number.nullable(), unit: z.string(), metrics }),
  }),
  z.object({
    type: z.literal('done'),
    result: z.discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), value: done }),
      z.object({ ok: z.literal(false), error: failure }),
    ]),
    retire: z.string().nullable(),
  }),
]);

/** Undefined for what is no message of ours. */
export function parseMessage(received: unknown): FromWorker | undefined {
  const parsed = message.safeParse(received);
  return parsed.success ? parsed.data : undefined;
}
