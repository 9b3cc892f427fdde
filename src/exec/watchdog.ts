/**
 * The thread that ends a worker when its main process is gone, however it went. It listens to standard input, whose other end only
 * the main process holds: the end comes within milliseconds, also while native code keeps the worker's main thread busy. The thread
 * stays in its event loop; blocked in a read it would never answer `process.report`, which native packages ask while they load.
 */
import { Socket } from 'node:net';

/** `group[0]` is the process group of the command that runs at the moment, or 0. */
export function watchParent(group: Int32Array): void {
  const parent = new Socket({ fd: 0 });
  parent.on('error', () => undefined);
  parent.once('close', () => {
    const command = Atomics.load(group, 0);
    if (command > 0) endGroup(command);
    // The worker leads a group of its own: this ends the processes its stages started as well. Under a tracer it does not lead.
    if (!endGroup(process.pid)) process.kill(process.pid, 'SIGKILL');
  });
  parent.resume();
}

/** Ends all processes of a group at once; false where there are none. */
export function endGroup(leader: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    // EPERM is what some systems say of a group of zombies.
    if (['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
