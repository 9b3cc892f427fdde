/** Entry of the package's install script. An installation of the package never fails because of the native library. */
import { describeSetup, setup } from './setup.ts';

const log = (line: string) => {
  console.error(`ar-pipe: ${line}`);
};

try {
  log(describeSetup(await setup({ log })));
} catch (error) {
  log(`the native library could not be installed: ${error instanceof Error ? error.message : String(error)}`);
  log('everything works with WebAssembly; `ar-pipe setup` tries again');
}
