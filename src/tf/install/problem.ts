/** Why one way of installing did not work: expected, told to people, and the next way is tried. */
export class InstallProblem extends Error {
  constructor(
    message: string,
    /** What would make this way work. */
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'InstallProblem';
  }
}

export type Log = (line: string) => void;
