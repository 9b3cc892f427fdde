/** First way: TensorFlow's wheel, and the binding compiled against it. About 25 seconds. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Install } from '../native/installed.ts';
import { installName, libraries, wheelsFor, type Flavour } from '../native/recipe.ts';
import { commitInstall, describeFiles, inBuildFolder } from './commit.ts';
import { bindingFile, compileBinding, findCompiler, stripLibraries } from './compile.ts';
import { downloadWheel, findPip, type FetchedWheel } from './download.ts';
import { probeBinding } from './probe.ts';
import { InstallProblem, type Log } from './problem.ts';
import { requireComplete, unpackWheel } from './unpack.ts';

/** Throws InstallProblem where a tool, the network or the machine is in the way. */
export async function installFromWheel(
  root: string,
  flavour: Flavour,
  env: NodeJS.ProcessEnv,
  log: Log,
): Promise<Install> {
  const { platform, arch } = process;
  const wheels = wheelsFor(flavour, platform, arch);
  if (!wheels)
    throw new InstallProblem(
      `TensorFlow publishes no ${flavour} wheel for ${platform} on ${arch}`,
      'use Linux on x64 or arm64',
    );
  // Tools first: nothing is downloaded that could not be used.
  const pip = await findPip(env);
  const compiler = await findCompiler(env);
  return inBuildFolder(root, async (folder) => {
    const downloads = join(folder, 'downloads');
    const built = join(folder, 'install');
    await mkdir(built);
    const fetched: FetchedWheel[] = [];
    const unpacked: string[] = [];
    for (const wheel of wheels) {
      const file = await downloadWheel(pip, wheel, downloads, log);
      fetched.push(file);
      unpacked.push(...(await unpackWheel(file.path, built)));
      await rm(file.path);
    }
    requireComplete(unpacked);
    log(`compiling the binding with ${compiler.version}`);
    await compileBinding(compiler.command, built);
    await stripLibraries(built, [bindingFile, ...libraries]);
    const { version } = await probeBinding(join(built, bindingFile));
    await rename(join(built, 'tensorflow/include'), join(folder, 'include'));
    const kept = unpacked.filter((path) => !path.startsWith('tensorflow/include/'));
    return commitInstall(built, join(root, installName(flavour, platform, arch)), {
      version,
      flavour,
      arch,
      obtained: 'wheel',
      sources: fetched.map(({ name, sha256 }) => ({ name, sha256 })),
      files: await describeFiles(built, [bindingFile, ...kept]),
      binding: bindingFile,
      compiler: compiler.version,
    });
  });
}
