/** How long a run will still take, in words. Pure. */

export interface Outlook {
  /** When it was said, by the clock of whoever asks. */
  readonly at: number;
  readonly leftMs: number;
  /** Steps of whose kind nothing is known yet. */
  readonly unknown: number;
}

/** `about 4 min left`, `over 4 min left` where it can only be longer; empty where nothing can be said. */
export function outlookText(outlook: Outlook | null, now: number): string {
  if (!outlook) return '';
  const left = outlook.leftMs - (now - outlook.at);
  return left < 1000 ? '' : `${outlook.unknown > 0 ? 'over' : 'about'} ${roughly(left)} left`;
}

/** One unit is enough for a guess, and does not change with every frame: `41 s`, `4 min`, `2 h 10 min`, `3 d`. */
function roughly(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const tens = Math.round(minutes / 10) * 10;
  if (tens < 24 * 60) return `${Math.floor(tens / 60)} h${tens % 60 > 0 ? ` ${tens % 60} min` : ''}`;
  return `${(minutes / (24 * 60)).toFixed(1)} d`;
}
