/** Second way, where pip or a compiler is missing: the prebuilt library of the TensorFlow.js project itself. */
import { cp, readdir, rm } from 'node:fs/promises';
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
  const source = packageFolder('@tensorflow/tfjs-node-gpu');
  // npm may have run the script already.
  if (existsSync(join(source, binding))) return copyToCache(root, source, flavour);
  try {
    log('trying the prebuilt library of the TensorFlow.js project');
    await runInstallScript(source, flavour);
    return await copyToCache(root, source, flavour);
  } finally {
    // The package is left as it was: the copy in the cache is what counts, for every checkout.
    for (const made of ['deps', 'lib']) await rm(join(source, made), { recursive: true, force: true });
  }
}

async function runInstallScript(source: string, flavour: Flavour): Promise<void> {
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
      all.split('\n').find((line) => /\bError: |failed with/.test(line)) ?? 'its install script gave nothing';
    throw new InstallProblem(
      `the prebuilt library could not be fetched: ${reason.trim()}`,
      'check the network and run `ar-pipe setup` again',
    );
  }
}

function copyToCache(root: string, source: string, flavour: Flavour): Promise<Install> {
  const { platform, arch } = process;
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
