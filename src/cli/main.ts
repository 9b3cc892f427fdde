/** The command line: which command, with which flags, and the exit status. The only file that sets it. */
import { Command, CommanderError } from 'commander';
import { toFailure, type Failure } from '../core/failure.ts';
import { commands } from './command-lines.ts';
import { addCommonOptions, commonOptions } from './options.ts';
import { usageFailure } from './usage-failure.ts';
import { version } from './version.ts';

export async function main(argv: readonly string[]): Promise<number> {
  const wantsJson = argv.includes('--json');
  let status = 0;
  const program = addCommonOptions(new Command('ar-pipe').version(version))
    .description('Typed, content-addressed pipelines for experiment grids.')
    .configureHelp({ subcommandTerm })
    .addHelpText('after', `\n${selectorsHelp}\nar-pipe COMMAND --help tells all of a command.`)
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const line of commands) {
    const command = program.command(line.usage).description(line.does);
    command.exitOverride().configureOutput({ outputError: () => undefined });
    for (const [flags, does] of line.flags ?? []) command.option(flags, does);
    addCommonOptions(command);
    if (line.usage.includes('selectors')) command.addHelpText('after', `\n${selectorsHelp}`);
    command.action(async (...received: unknown[]) => {
      const positional = received
        .slice(0, -2)
        .flat()
        .filter((value): value is string => typeof value === 'string');
      const given = command.optsWithGlobals();
      const action = await line.action();
      status = await action(positional, commonOptions(given), given, program);
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      return refuse(usageFailure(error, program, argv), wantsJson);
    }
    const failure = toFailure(error);
    if (failure.reason !== 'internal') return refuse(failure, wantsJson);
    return refuse(
      { ...failure, hint: 'this is a bug in ar-pipe: please report it with the stack below' },
      wantsJson,
      error,
    );
  }
}

const selectorsHelp = `A selector is a target, a step, or a glob over step names ('train/*/seed-0';
** also crosses slashes). +NAME adds all it needs, NAME+ all that needs it.`;

/** Every command has options. */
const subcommandTerm = (command: Command): string =>
  [command.name(), command.usage().replace('[options] ', '').replace('[options]', '')].join(' ').trim();

/** Exit 2: nothing was run. */
function refuse(failure: Failure, json: boolean, bug?: unknown): number {
  if (json)
    process.stdout.write(
      `${JSON.stringify({ event: 'run-finished', run: null, ok: false, counts: { built: 0, reused: 0, failed: 0, notRun: 0 }, ms: 0, failure })}\n`,
    );
  const lines = [`ar-pipe: ${failure.message}`];
  if (failure.at) lines.push(`  at ${failure.at}`);
  if (failure.frame) lines.push(failure.frame);
  if (failure.hint) lines.push(`  ${failure.hint}`);
  if (bug instanceof Error && bug.stack) lines.push(bug.stack);
  process.stderr.write(`${lines.join('\n')}\n`);
  return 2;
}

// A reader that has seen enough (`| head`) ends the output, not with a stack.
let unwritten: NodeJS.ErrnoException | undefined;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  // A full disk: telling is not worth ending a run for. Of a terminal that was closed (EIO) nobody expects more.
  if (error.code !== 'EIO') unwritten = error;
});
// Where nobody reads messages any more (a terminal that was closed gives EIO), the work goes on to its orderly end.
process.stderr.on('error', () => undefined);
// Not process.exit: what was written to a pipe must arrive.
process.exitCode = await main(process.argv.slice(2));
// At the very end: what the last write met is told only after it.
process.on('exit', (status) => {
  if (!unwritten) return;
  process.stderr.write(`ar-pipe: standard output cannot be written: ${unwritten.message}\n`);
  process.exitCode = Math.max(status, 1);
});
