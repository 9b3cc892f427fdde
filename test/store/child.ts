/** A process of its own that uses a store, for tests of several at once: `node child.js <task> <root> <arguments>`. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { keyOf } from '../../src/key/recipe.ts';
import { systemClock, type Clock } from '../../src/store/clock.ts';
import { openStore } from '../../src/store/disk.ts';
import { commitText, ignore, never, recipe } from './samples.ts';

const [task, root, name, count] = process.argv.slice(2) as [string, string, string, string];

// Contention is what is tested here, so nobody waits politely.
const hasty: Clock = { ...systemClock, pause: (_ms, signal) => systemClock.pause(1, signal) };
const store = openStore(root, { clock: hasty });

switch (task) {
  case 'commit': {
    for (let i = 0; i < Number(count); i++) commitText(store, recipe(`step ${i}`), `${name} ${i}`);
    break;
  }
  case 'contend': {
    for (let i = 0; i < Number(count); i++) {
      const key = keyOf(recipe(name === 'one' ? 'the key' : `key ${i}`));
      const lease = await store.lease(key, ignore, never);
      // Fails where another process is inside at the same time.
      const inside = `${root}/inside-${key}`;
      closeSync(openSync(inside, 'wx'));
      await systemClock.pause(1, never);
      if (!lease?.held()) throw new Error('lost the lease');
      unlinkSync(inside);
      lease.release();
    }
    break;
  }
  case 'hold': {
    const lease = await store.lease(name, ignore, never);
    const worker = spawn('sh', ['-c', 'sleep 1000 & wait'], { detached: true, stdio: 'ignore' });
    lease?.worker({ pid: worker.pid ?? 0 });
    console.log(worker.pid);
    setInterval(ignore, 1000);
    break;
  }
}
