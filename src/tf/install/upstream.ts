/** Second way, where pip or a compiler is missing: the prebuilt library of the TensorFlow.js project itself. */
import { cp, readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Install } from '../native/installed.ts';
import { upstreamName, type Flavour } from '../native/recipe.ts';
import { commitInstall, describeFiles, inBuildFolder } from './commit.ts';
import { packageFolder } from './compile.ts';
import { probeBinding } from './probe.ts';
import { InstallProblem, type Log } from './problem.ts';

/** The binding's own search path is `../../deps/lib`, so both folders are kept as they are. */
const binding = 'lib/napi-v8/tfjs_binding.node';
const libraryFolder = 'deps/lib';

/** Throws InstallProblem where the package's install script cannot fetch it, or it does not run here. */
export async function installFromUpstream(root: string, flavour: Flavour, log: Log): Promise<Install> {
  const { platform, arch } = process;
  const source = packageFolder('@tensorflow/tfjs-node-gpu');
  if (!existsSync(join(source, binding))) await runInstallScript(source, flavour, log);
  return inBuildFolder(root, async (folder) => {
    const built = join(folder, 'install');
    await cp(join(source, binding), join(built, binding));
    await cp(join(source, libraryFolder), join(built, libraryFolder), {
      recursive: true,
      verbatimSymlinks: true,
    });
    const { version } = await probeBinding(join(built, binding));
    const names = (await readdir(join(built, libraryFolder), { withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    const libraryFiles = await describeFiles(
      built,
      names.map((entry) => `${libraryFolder}/${entry.name}`).sort(),
    );
    return commitInstall(built, join(root, upstreamName(platform, arch)), {
      version,
      flavour,
      arch,
      obtained: 'upstream-prebuilt',
      sources: libraryFiles.map(({ path, sha256 }) => ({ name: path, sha256 })),
      files: [...(await describeFiles(built, [binding])), ...libraryFiles],
      binding,
      compiler: null,
    });
  });
}

async function runInstallScript(source: string, flavour: Flavour, log: Log): Promise<void> {
  log('trying the prebuilt library of the TensorFlow.js project');
  const device = flavour === 'cuda' ? 'gpu' : 'cpu';
  const { all } = await execa(process.execPath, ['scripts/install.js', device, 'download'], {
    cwd: source,
    preferLocal: true,
    localDir: source,
    reject: false,
    all: true,
    timeout: 15 * 60_000,
  });
  // The script says success even where it failed, so what counts is the file.
  if (!existsSync(join(source, binding))) {
    const reason =
      all.split('\n').find((line) => /error|fail/i.test(line)) ?? 'its install script gave nothing';
    throw new InstallProblem(
      `the prebuilt library could not be fetched: ${reason.trim()}`,
      'check the network and run `ar-pipe setup` again',
    );
  }
}
