/** Compiles the binding between Node and TensorFlow from the C++ sources inside the npm package. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { bindingSources, compilerFlags, libraries } from '../native/recipe.ts';
import { installTfjs } from '../packages.ts';
import { InstallProblem } from './problem.ts';

const require = createRequire(import.meta.url);

export const bindingFile = 'tfjs_binding.node';

/** Folder of an installed package. Throws InstallProblem where npm left it out. */
export function packageFolder(name: string): string {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch (cause) {
    throw new InstallProblem(`the package ${name} is not installed`, `run \`${installTfjs}\``, { cause });
  }
}

/** The C++ compiler: `$CXX`, else the first of the usual ones. Answers its command and version line. */
export async function findCompiler(env: NodeJS.ProcessEnv): Promise<{ command: string; version: string }> {
  for (const command of [env['CXX'], 'g++', 'clang++', 'c++']) {
    if (!command) continue;
    const { failed, stdout } = await execa(command, ['--version'], { reject: false, env, extendEnv: false });
    if (!failed) return { command, version: stdout.split('\n')[0] ?? command };
  }
  throw new InstallProblem('there is no C++ compiler', 'install one (Debian, Ubuntu: `apt install g++`)');
}

/** Compiles and links the binding into `folder`, where the wheel was unpacked. */
export async function compileBinding(compiler: string, folder: string): Promise<void> {
  const sources = join(packageFolder('@tensorflow/tfjs-node-gpu'), 'binding');
  const nodeHeaders = join(packageFolder('node-api-headers'), 'include');
  const { failed, stderr } = await execa(
    compiler,
    [
      ...compilerFlags,
      `-I${nodeHeaders}`,
      `-I${sources}`,
      `-I${join(folder, 'tensorflow/include')}`,
      ...bindingSources.map((name) => join(sources, name)),
      ...libraries.map((path) => join(folder, path)),
      '-o',
      join(folder, bindingFile),
    ],
    { reject: false },
  );
  if (failed) {
    const reason = stderr.split('\n').find((line) => /error/i.test(line)) ?? stderr.slice(0, 300);
    throw new InstallProblem(
      `${compiler} could not compile the binding: ${reason}`,
      'a compiler with C++17 is needed (g++ 8 or newer)',
    );
  }
}

/** Removes the symbol tables (a quarter of the size). A machine without `strip` keeps them. */
export async function stripLibraries(folder: string, paths: readonly string[]): Promise<void> {
  await execa('strip', ['--strip-all', ...paths.map((path) => join(folder, path))], { reject: false });
}
