/** What commander refuses, in our words and with the nearest names. Pure. */
import type { Command, CommanderError } from 'commander';
import type { Failure } from '../core/failure.ts';
import { nearest } from '../pipeline/select.ts';
import { commandNotYet } from './not-yet.ts';

export function usageFailure(error: CommanderError, program: Command, argv: readonly string[]): Failure {
  const message = error.message.replace(/^error: /, '').split('\n')[0]!;
  const asked = argv[0] === 'help' ? argv[1] : undefined;
  const unknown = /unknown command '([^']*)'/.exec(message)?.[1] ?? asked;
  if (unknown !== undefined) return unknownCommand(unknown, program);
  if (error.code === 'commander.help')
    return { reason: 'usage', message: 'no command given', hint: 'ar-pipe --help lists the commands' };
  const command = program.commands.find((candidate) => argv.includes(candidate.name()));
  const flag = /unknown option '([^']*)'/.exec(message)?.[1];
  if (flag === undefined) {
    const usage = command === undefined ? '[options] [command]' : `${command.name()} ${command.usage()}`;
    return { reason: 'usage', message, hint: `usage: ar-pipe ${usage}` };
  }
  const flags = [...(command?.options ?? []), ...program.options].map(({ long }) => long ?? '');
  const near = nearest(flag, [...new Set(flags)]);
  const help = command === undefined ? 'ar-pipe --help' : `ar-pipe ${command.name()} --help`;
  return { reason: 'usage', message, hint: meant(near) ?? `${help} lists the flags` };
}

function unknownCommand(name: string, program: Command): Failure {
  const near = nearest(
    name,
    program.commands.map((command) => command.name()),
  );
  return (
    commandNotYet(name) ?? {
      reason: 'usage',
      message: `unknown command '${name}'`,
      hint: meant(near) ?? 'ar-pipe --help lists the commands',
    }
  );
}

const meant = (near: readonly string[]): string | undefined =>
  near.length > 0 ? `did you mean ${near.join(' or ')}?` : undefined;
