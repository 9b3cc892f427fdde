/** What commander refuses, in our words and with the nearest names. Pure. */
import type { Command, CommanderError } from 'commander';
import type { Failure } from '../core/failure.ts';
import { nearest } from '../pipeline/select.ts';

export function usageFailure(error: CommanderError, program: Command, argv: readonly string[]): Failure {
  const message = error.message.replace(/^error: /, '').split('\n')[0]!;
  const asked = argv[0] === 'help' ? argv[1] : undefined;
  const unknown = /unknown command '([^']*)'/.exec(message)?.[1] ?? asked;
  if (unknown !== undefined || error.code === 'commander.help') {
    const near = nearest(
      unknown ?? '',
      unknown === undefined ? [] : program.commands.map((command) => command.name()),
    );
    return {
      reason: 'usage',
      message: unknown === undefined ? 'no command given' : `unknown command '${unknown}'`,
      hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'ar-pipe --help lists the commands',
    };
  }
  const flag = /unknown option '([^']*)'/.exec(message)?.[1];
  if (flag !== undefined) {
    const command = program.commands.find((candidate) => argv.includes(candidate.name())) ?? program;
    const flags = [...command.options, ...program.options].map(({ long }) => long ?? '');
    const near = nearest(flag, [...new Set(flags)]);
    return {
      reason: 'usage',
      message,
      hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'see ar-pipe --help',
    };
  }
  return { reason: 'usage', message, hint: 'see ar-pipe --help' };
}
