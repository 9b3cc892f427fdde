/** Where results and messages go: results to stdout, everything else to stderr. */
export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document)}\n`);
}

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** In a pipe nothing is cut. */
export const terminalWidth = (): number => (process.stdout.isTTY ? process.stdout.columns : Infinity);
