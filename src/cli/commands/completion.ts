import type { Command, Option } from 'commander';
import { complete, valueIn, type CommandShape, type FlagShape } from '../completion/complete.ts';
import { pipelineNames } from '../completion/names.ts';
import { scripts } from '../completion/scripts.ts';
import type { Action } from '../action.ts';
import { choiceOption } from '../options.ts';
import { print, printJson } from '../output.ts';

/** Prints the shell's script; or, asked by that script, what could stand at the end of the words that follow. */
export const completionCommand: Action = async ([shell, ...words], options, _given, program) => {
  const asked = choiceOption('the shell', shell, ['bash', 'zsh', 'fish']);
  if (words.length === 0) {
    if (options.json) printJson({ shell: asked, script: scripts[asked] });
    else print(scripts[asked]);
    return 0;
  }
  const common = flagsOf(program);
  const commands = program.commands.map((command) => shapeOf(command, common));
  const where = {
    directory: valueIn(words, ['-C', '--directory']) ?? options.directory,
    pipeline: valueIn(words, ['--pipeline']) ?? options.pipeline,
    profile: valueIn(words, ['-p', '--profile']) ?? options.profile,
  };
  const candidates = await complete(words, commands, common, () => pipelineNames(where));
  const lines = candidates.map(({ value, does }) => (asked === 'bash' ? value : `${value}\t${does}`));
  print(lines.join('\n'));
  return 0;
};

const flagsOf = (command: Command): FlagShape[] => command.options.map(flagOf);

function flagOf({ short, long, flags, variadic, description }: Option): FlagShape {
  return {
    names: [short, long].filter((name): name is string => name !== undefined),
    value: /[<[]([^>\]]*)[>\]]/.exec(flags)?.[1] ?? null,
    several: variadic,
    does: description,
  };
}

function shapeOf(command: Command, common: readonly FlagShape[]): CommandShape {
  const known = new Set(common.flatMap(({ names }) => names));
  return {
    name: command.name(),
    does: command.description(),
    flags: flagsOf(command).filter(({ names }) => !names.some((name) => known.has(name))),
    arguments: command.registeredArguments.map((argument) => argument.name()),
  };
}
