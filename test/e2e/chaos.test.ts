/**
 * Several checkouts with one store, in which runs, collections and repairs go on beside each other and are killed and stopped at
 * random, while stored bytes are damaged. Afterwards all is as if nothing had happened. It takes its time from the clock, so no two
 * runs are the same, and it runs on demand only:
 *
 *     AR_PIPE_CHAOS=60:7 npx vitest run --project e2e test/e2e/chaos     60 seconds, seed 7
 */
import { chmodSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Project, type Started } from './project.ts';

const asked = process.env['AR_PIPE_CHAOS'];
const [seconds = 5, seed = 1] = (asked ?? '').split(':').filter(Boolean).map(Number);

const files = {
  'stages/work.ts': `import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { defineStage, dir, many } from 'ar-pipe';
import * as z from 'zod';
export default defineStage({
  params: z.object({ i: z.number() }), needs: { input: many('o.txt') }, outputs: ['o.txt', dir('d')],
  async run({ params, needs, out }) {
    const read = needs.input.map(({ path }) => readFileSync(path, 'utf8')).join('');
    await setTimeout((params.i * 13) % 70);
    const text = createHash('sha256').update(read + params.i).digest('hex');
    for (const name of ['a', 'b', 'c']) writeFileSync(\`\${out('d')}/\${name}\`, text.repeat(50) + name);
    writeFileSync(out('o.txt'), text);
  },
});
`,
  'pipeline.ts': `import { command, many, pipeline, step } from 'ar-pipe';
import work from './stages/work.ts';
const layers = [[]];
for (let l = 1; l < 5; l++)
  layers.push([0, 1, 2, 3].map((i) => step(\`s/\${l}/\${i}\`, work, { params: { i: l * 10 + i }, needs: { input: l === 1 ? [] : [layers[l - 1][i], layers[l - 1][(i + 1) % 4]] } })));
const sort = command({ run: 'sleep 0.1; cat {needs.x} | sort > {out.o}', needs: { x: many('o.txt') }, outputs: { o: 'sorted.txt' } });
const sorted = (name, x) => step(name, sort, { needs: { x } });
export default pipeline({ name: 'chaos', targets: () => ({ left: sorted('left', layers[4].slice(0, 3)), right: sorted('right', layers[4].slice(1)), all: layers[4] }) });
`,
};

const commands = [
  'run', 'run left', 'run right', 'run -k all', 'run -j 1', 'run --force s/2/*', 'status',
  'gc', 'gc --max-size 1', 'verify --repair', 'forget s/*/*',
]; // prettier-ignore

function project(): Project {
  const made = new Project(files);
  onTestFinished(() => {
    made.close();
  });
  return made;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.isFile(),
  );

const artifacts = (of: Project): Readonly<Record<string, string>> =>
  Object.fromEntries(
    filesBelow(of.path('artifacts'))
      .filter((name) => !name.endsWith('provenance.json'))
      .map((name) => [name, of.read(`artifacts/${name}`)]),
  );

test.skipIf(asked === undefined)(
  'after kills, stops and damage at random all is as if nothing had happened',
  async () => {
    const reference = project();
    await reference.run();
    const wanted = artifacts(reference);
    const checkouts = [project(), project(), project()];
    const store = join(checkouts[0]!.folder, '../store');
    const env = { AR_PIPE_CACHE: store };

    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const pick = <T>(list: readonly T[]): T | undefined => list[random(list.length)];
    const live = new Set<Started>();
    const wrong: string[] = [];
    const killed = new Set<Started>();
    let damages = 0;
    const start = (): void => {
      const command = pick(commands)!;
      const started = pick(checkouts)!.start(command.split(' '), env);
      live.add(started);
      void started.ended.then(({ status, stderr }) => {
        live.delete(started);
        // A step whose inputs are damaged time and again under its eyes fails, and says so.
        const isExpected = killed.has(started) || status === 0 || (status === 1 && damages > 0);
        if (!isExpected || stderr.includes('this is a bug')) wrong.push(`${command}: ${stderr}`);
      });
    };
    const damage = (): void => {
      try {
        const object = pick(filesBelow(store).filter((name) => name.includes('objects/')))!;
        chmodSync(join(store, object), 0o644);
        truncateSync(join(store, object), 3);
        damages++;
      } catch {
        // There is none yet, or a collector was faster.
      }
    };

    for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
      if (live.size < 4) start();
      await new Promise((later) => setTimeout(later, random(200)));
      const victim = pick([...live]);
      const fate = random(10);
      if (fate === 5) damage();
      if (victim === undefined || fate > 4) continue;
      if (fate < 4) killed.add(victim);
      victim.child.kill(fate < 3 ? 'SIGKILL' : fate === 3 ? 'SIGINT' : 'SIGSTOP');
      if (fate === 4)
        setTimeout(() => {
          victim.child.kill('SIGCONT');
        }, random(1000));
    }
    await Promise.all([...live].map(({ ended }) => ended));

    expect(wrong).toEqual([]);
    // What was damaged last nothing needs to have read.
    await checkouts[0]!.ap(['verify', '--repair'], env);
    for (const checkout of checkouts) {
      expect((await checkout.run([], env)).status).toBe(0);
      expect(artifacts(checkout)).toEqual(wanted);
      expect((await checkout.run([], env)).built).toEqual([]);
    }
    const verified = await checkouts[0]!.ap(['verify'], env);
    expect(verified.stdout).toMatch(/all whole/);
    await checkouts[0]!.ap(['gc'], env);
    expect(readdirSync(join(store, 'v1/leases'))).toEqual([]);
    const folders = [store, ...checkouts.map(({ folder }) => folder)];
    const left = readdirSync('/proc').filter((id) => {
      try {
        return (
          /^\d+$/.test(id) &&
          folders.some((folder) => readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(folder))
        );
      } catch {
        return false;
      }
    });
    expect(left).toEqual([]);
  },
  120_000 + 2000 * seconds,
);
