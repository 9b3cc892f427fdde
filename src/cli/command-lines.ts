/** Every command with its flags, as `--help` lists them. */
import type { Action } from './action.ts';

export interface CommandLine {
  readonly usage: string;
  readonly does: string;
  readonly flags?: readonly (readonly [flags: string, does: string])[];
  /** Loaded only when the command is used: `--help` must not wait for what it does not need. */
  readonly action: () => Promise<Action>;
}

/** How a run goes about its work: also for commands that run again and again. */
const runFlags: NonNullable<CommandLine['flags']> = [
  ['-j, --jobs <n>', 'cores to use (default: all; also AR_PIPE_JOBS)'],
  [
    '--on-failure <policy>',
    'stop: start nothing new (default); continue: go on with what can; kill: end running steps',
  ],
  ['-k, --keep-going', 'as --on-failure continue'],
  ['--set <assignment...>', 'STEP.param=value'],
  ['--env <mode>', 'any: results made under another environment count (default); exact: they do not'],
  ['--executor <name>', 'where steps run: local'],
  ['--durable', 'fsync every object'],
  ['--offline', 'do not ask the shared cache'],
  ['--progress <mode>', 'auto (default), fancy, plain or none'],
  ['--json-summary', 'with --json: only the first and the last line'],
];

export const commands: readonly CommandLine[] = [
  {
    usage: 'run [selectors...]',
    does: 'build targets or steps (default: the default targets), copy targets to artifacts/',
    flags: [
      ...runFlags,
      ['-n, --dry-run', 'say what would run, run nothing'],
      ['--force <selectors...>', 'run these whatever the store holds'],
    ],
    action: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    usage: 'watch [selectors...]',
    does: 'run, then again on every change of a file the run reads',
    flags: runFlags,
    action: async () => (await import('./commands/watch.ts')).watchCommand,
  },
  {
    usage: 'status [selectors...]',
    does: 'what is fresh, stale, pending or failed; runs nothing',
    flags: [['--check', 'exit 1 when anything is not fresh']],
    action: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    usage: 'why <step>',
    does: 'every reason the step is, or was last, rebuilt',
    action: async () => (await import('./commands/why.ts')).whyCommand,
  },
  {
    usage: 'list [selectors...]',
    does: 'targets and steps',
    action: async () => (await import('./commands/list.ts')).listCommand,
  },
  {
    usage: 'show <step>',
    does: 'recipe, outputs, digests, times and log of a step',
    flags: [
      ['--provenance', 'all that a step, target, file or digest came from, and what came of it'],
      ['--schema', "JSON schema of the step's parameters, for editors and scripts"],
    ],
    action: async () => (await import('./commands/show.ts')).showCommand,
  },
  {
    usage: 'log <step>',
    does: "the step's log",
    flags: [['--path', 'only where it lies']],
    action: async () => (await import('./commands/log.ts')).logCommand,
  },
  {
    usage: 'get <step>',
    does: "copy a step's outputs out of the store",
    flags: [['-o, --output <dir>', 'where to (default: the current folder)']],
    action: async () => (await import('./commands/get.ts')).getCommand,
  },
  {
    usage: 'graph [selectors...]',
    does: 'the graph, grids folded',
    flags: [
      ['--format <format>', 'text (default), mermaid, dot, svg or json'],
      ['--full', 'every step by itself'],
    ],
    action: async () => (await import('./commands/graph.ts')).graphCommand,
  },
  {
    usage: 'history',
    does: 'past runs: when, what, how long, outcome',
    flags: [['--limit <n>', 'how many (default 20)']],
    action: async () => (await import('./commands/history.ts')).historyCommand,
  },
  {
    usage: 'exec <step>',
    does: 'run one step by itself, its log shown, its job folder kept, nothing stored: for debugging',
    flags: [
      ['--inspect [address]', "wait for a debugger on Node's inspector (default: 127.0.0.1:9229)"],
      ['--set <assignment...>', 'STEP.param=value'],
    ],
    action: async () => (await import('./commands/exec.ts')).execCommand,
  },
  {
    usage: 'audit <step>',
    does: 'run one step by itself under strace: which files does it read that it does not declare?',
    flags: [['--set <assignment...>', 'STEP.param=value']],
    action: async () => (await import('./commands/audit.ts')).auditCommand,
  },
  {
    usage: 'diff <a> <b>',
    does: 'two runs, two steps or two keys side by side: recipes, metrics, outputs',
    action: async () => (await import('./commands/diff.ts')).diffCommand,
  },
  {
    usage: 'verify',
    does: 'check every object and entry of the store, or run steps again and compare bits',
    flags: [
      ['--repair', 'let the next run make again what is lost'],
      ['--recompute <selectors...>', 'run these beside the store and compare what comes out'],
      ['-j, --jobs <n>', 'with --recompute: cores to use'],
    ],
    action: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  {
    usage: 'gc',
    does: 'remove what nothing needs from the store; with limits also results that no target needs',
    flags: [
      ['--max-size <size>', 'give up results until the store is no larger, as in 20GB'],
      ['--max-age <age>', 'give up results made longer ago, as in 30d'],
      ['--force', 'give up also what targets need, last of all'],
      ['-n, --dry-run', 'name what would go, remove nothing'],
    ],
    action: async () => (await import('./commands/gc.ts')).gcCommand,
  },
  {
    usage: 'forget <selectors...>',
    does: 'drop results: the steps run again',
    action: async () => (await import('./commands/forget.ts')).forgetCommand,
  },
  {
    usage: 'freeze <selectors...>',
    does: 'keep results whatever changes',
    flags: [['--off', 'follow the recipe again']],
    action: async () => (await import('./commands/freeze.ts')).freezeCommand,
  },
  {
    usage: 'accept <selectors...>',
    does: 'declare a change of code harmless: the results count for the new code too',
    action: async () => (await import('./commands/accept.ts')).acceptCommand,
  },
  {
    usage: 'push [selectors...]',
    does: 'copy results, and all they came from, to the shared cache, signed',
    flags: [['--force', 'also what the cache has already: it may be damaged there']],
    action: async () => (await import('./commands/push.ts')).pushCommand,
  },
  {
    usage: 'pull [selectors...]',
    does: 'fetch results, and all they came from, from the shared cache; runs nothing',
    action: async () => (await import('./commands/pull.ts')).pullCommand,
  },
  {
    usage: 'keys [action]',
    does: 'whose results of a shared cache are used; keys new makes a key to sign your own',
    action: async () => (await import('./commands/keys.ts')).keysCommand,
  },
  {
    usage: 'init [folder]',
    does: 'write a small study of your own, to change (default: into the current folder)',
    flags: [['--force', 'also into a folder that holds something; its files are kept']],
    action: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    usage: 'ui',
    does: 'a page for the browser: the run as it goes on, graph, figures, history',
    flags: [['--port <n>', 'where to listen on 127.0.0.1 (default: that of the last time, or any free one)']],
    action: async () => (await import('./commands/ui.ts')).uiCommand,
  },
  {
    usage: 'report',
    does: 'one HTML file with figures, tables, how each was made, and the graph',
    flags: [['-o, --output <file>', 'where to (default: report.html)']],
    action: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    usage: 'completion <shell> [words...]',
    does: "the shell's completion script: bash, zsh or fish",
    action: async () => (await import('./commands/completion.ts')).completionCommand,
  },
  {
    usage: 'setup',
    does: 'install the native numerical library',
    action: async () => (await import('./commands/setup.ts')).setupCommand,
  },
  {
    usage: 'doctor',
    does: 'check this machine and say what to do',
    action: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
];
