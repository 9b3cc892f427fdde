/** Looks at the pipeline, kept until someone asks anew: one takes up to a second, and pages ask often. */
import type { Look, LookAt } from '../study.ts';

export interface Looks {
  /**
   * Undefined: the default profile. `again`: as it stands now, not as it was when last looked at. Where that fails, what was
   * seen before is kept for those who do not ask anew.
   */
  of(this: void, profile: string | undefined, again?: boolean): Promise<Look>;
}

export function createLooks(lookAt: LookAt): Looks {
  const kept = new Map<string, Look>();
  /** Looks that have not begun yet: whoever asks now may share them. */
  const next = new Map<string, Promise<Look>>();
  let standard = '';
  // Loading a pipeline is not made for two at a time.
  let before: Promise<unknown> = Promise.resolve();
  const look = (profile: string | undefined): Promise<Look> => {
    const name = profile ?? standard;
    const found = before.then(async () => {
      next.delete(name);
      const result = await lookAt(profile);
      // Asked for by its name the default profile is the same one.
      if (profile === undefined) standard = result.study.profile;
      kept.set(result.study.profile, result);
      return result;
    });
    before = found.catch(() => undefined);
    next.set(name, found);
    return found;
  };
  return {
    async of(profile, again = false) {
      const name = profile ?? standard;
      return (again ? undefined : kept.get(name)) ?? next.get(name) ?? look(profile);
    },
  };
}
