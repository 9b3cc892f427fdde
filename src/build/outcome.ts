import type { Failure } from '../core/failure.ts';
import type { Entry } from '../store/store.ts';

/** How a step of a run ended. */
export type Outcome =
  | { readonly kind: 'built'; readonly entry: Entry; readonly ms: number }
  | { readonly kind: 'reused'; readonly entry: Entry; readonly from?: 'remote' | 'other-env' }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly key: string | null; readonly ms: number }
  /** `because` names the step that stood in the way, or is null where the run was stopped. */
  | { readonly kind: 'not-run'; readonly because: string | null };
