/** Looks at the pipeline, kept until someone asks anew: one takes up to a second, and pages ask often. */
import type { Look, LookAt } from '../study.ts';

export interface Looks {
  /** `again`: as it stands now, not as it was when last looked at. */
  of(profile: string | undefined, again?: boolean): Promise<Look>;
}

export function createLooks(lookAt: LookAt): Looks {
  const kept = new Map<string | undefined, Promise<Look>>();
  /** Looks that have not begun yet: whoever asks now may share them. */
  const next = new Map<string | undefined, Promise<Look>>();
  // Loading a pipeline is not made for two at a time.
  let before: Promise<unknown> = Promise.resolve();
  const look = (profile: string | undefined): Promise<Look> => {
    const found = before.then(() => {
      next.delete(profile);
      return lookAt(profile);
    });
    before = found.catch(() => kept.delete(profile));
    next.set(profile, found);
    kept.set(profile, found);
    return found;
  };
  return {
    of: (profile, again = false) => (again ? next : kept).get(profile) ?? look(profile),
  };
}
