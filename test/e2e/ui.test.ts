/** The page and the report in a real Chromium, with the real command line behind them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { inflateSync } from 'node:zlib';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Project, type Started } from './project.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const files = {
  'pipeline.ts': `
import { grid, pipeline, step } from 'ar-pipe';
import draw from './stages/draw.ts';
import train from './stages/train.ts';
export default pipeline({
  name: 'page-study',
  targets: () => {
    const cells = grid({ epsilon: [4, 8], seed: [0, 1] }, ({ epsilon, seed }) =>
      step(\`train/pgd-\${epsilon}/seed-\${seed}\`, train, { params: { epsilon, seed, gate: process.env.GATE ?? '' } }));
    return { fig: step('fig', draw, { needs: { runs: cells } }) };
  },
});`,
  'stages/train.ts': `
import { existsSync, writeFileSync } from 'node:fs';
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
export default defineStage({
  params: z.object({ epsilon: z.number(), seed: z.number(), gate: z.string() }),
  outputs: [metrics('metrics.json')],
  async run({ params, out, progress, log, signal }) {
    log('training begins');
    progress(1, 3, 'epoch', { loss: 2 });
    while (params.gate !== '' && !existsSync(params.gate) && !signal.aborted) await new Promise((done) => setTimeout(done, 20));
    progress(3, 3, 'epoch', { loss: 1 });
    writeFileSync(out('metrics.json'), JSON.stringify({ accuracy: 0.5 }));
  },
});`,
  'stages/draw.ts': `
import { writeFileSync } from 'node:fs';
import { defineStage, many } from 'ar-pipe';
export default defineStage({
  needs: { runs: many('metrics.json') },
  outputs: ['fig.svg', 'table.md'],
  run({ out }) {
    writeFileSync(out('fig.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="150"><rect width="300" height="150" fill="#4477aa"/></svg>');
    writeFileSync(out('table.md'), '| claim | n | verdict |\\n|---|---:|---|\\n| a | 1 | holds |\\n');
  },
});`,
};

const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

describe.skipIf(executablePath === undefined)('in Chromium', () => {
  let browser: Browser;
  let project: Project;
  const started: Started[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    project = new Project(files);
  });
  afterAll(async () => {
    await browser.close();
    project.close();
  });
  afterEach(async () => {
    for (const { child, ended } of started.splice(0)) {
      child.kill('SIGTERM');
      await ended;
    }
  });

  /** Starts the page's server and gives its address. */
  async function serve(): Promise<{ address: string; server: Started }> {
    const server = project.start(['ui']);
    started.push(server);
    let told = '';
    server.child.stdout?.on('data', (text: string) => {
      told += text;
    });
    await server.saw('http://');
    return { address: told.trim(), server };
  }

  async function open(address: string, more: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: wide, ...more });
    page.on('pageerror', (error) => {
      throw error;
    });
    await page.goto(address);
    return page;
  }

  test('a run started elsewhere is seen as it goes on, then its figure', async () => {
    const { address } = await serve();
    const page = await open(address);
    await page.getByText('No run yet').waitFor();
    const gate = project.path('go');
    const run = project.start(['run', '-j', '2'], { GATE: gate });
    await page
      .getByText(/2 running/)
      .first()
      .waitFor();
    await page.locator('.now').getByText('1 of 3 epoch').first().waitFor();
    await page.locator('.now a').first().click();
    await page.locator('aside').getByText('training begins').waitFor();
    writeFileSync(gate, '');
    expect((await run.ended).status).toBe(0);
    await page.locator('.run').getByText('5 built').waitFor();
    await page.getByRole('link', { name: 'Results' }).click();
    await page.locator('img').waitFor();
    await expect.poll(() => widthOf(page)).toBe(300);
    await page.locator('.verdict').getByText('holds').waitFor();
    await page.close();
  });

  test('the graph is not blank, also in the dark', async () => {
    await project.run();
    const { address } = await serve();
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(address, { colorScheme });
      await page.locator('.node').first().waitFor();
      expect(coloursIn(await page.locator('.graph svg').screenshot())).toBeGreaterThan(20);
      await page.close();
    }
  });

  test.each([
    ['#/graph', '.node'],
    ['#/graph/step/fig', 'aside figure'],
    ['#/results', '.verdict'],
    ['#/steps', 'tbody tr'],
    ['#/history', 'tbody tr'],
  ])('%s: accessible, and fits a phone', async (hash, place) => {
    await project.run();
    const { address } = await serve();
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(address, { viewport: phone, colorScheme });
      const refused: string[] = [];
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) refused.push(message.text());
      });
      await page.goto(address + hash);
      await page.locator(place).first().waitFor();
      expect(refused).toEqual([]);
      expect(await excessWidth(page)).toBe(0);
      expect(await violations(page)).toEqual([]);
      await page.close();
    }
  });

  test('the keyboard reaches every step, opens it and closes it', async () => {
    await project.run();
    const { address } = await serve();
    const page = await open(address);
    await page.locator('.node').first().waitFor();
    const focused = (): Promise<string> => page.evaluate('document.activeElement.textContent');
    for (let i = 0; i < 20 && (await focused()) !== 'figfresh'; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('aside h2').getByText('fig').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('aside').waitFor({ state: 'detached' });
    await page.close();
  });

  test('two runs are compared', async () => {
    await project.run();
    project.edit('stages/train.ts', 'accuracy: 0.5', 'accuracy: 0.75');
    await project.run();
    const { address } = await serve();
    const page = await open(`${address}#/history`);
    const boxes = page.getByRole('checkbox');
    await boxes.first().waitFor();
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await page.getByText('Compare the two').click();
    await page.getByText('+0.25').first().waitFor();
    await page
      .getByText(/code changed at stages\/train.ts/)
      .first()
      .waitFor();
    await page.close();
  });

  test('a tab left open over a restart of the page finds it again', async () => {
    const first = await serve();
    const page = await open(first.address);
    await page.locator('.connection.live').waitFor();
    first.server.child.kill('SIGINT');
    expect((await first.server.ended).status).toBe(130);
    await page.locator('.connection.lost').waitFor();
    const second = await serve();
    expect(second.address).toBe(first.address);
    await page.locator('.connection.live').waitFor();
    await page.close();
  });

  test('a pipeline that does not parse is said so, and what was seen before stays', async () => {
    const { address } = await serve();
    const page = await open(address);
    await page.locator('.node').first().waitFor();
    project.edit('pipeline.ts', 'export default', 'export default )');
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText('cannot be read now').waitFor();
    expect(await page.locator('.node').count()).toBe(2);
    project.edit('pipeline.ts', 'export default )', 'export default');
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText('cannot be read now').waitFor({ state: 'detached' });
    await page.close();
  });

  test.each([
    ['on a phone', phone],
    ['wide', wide],
  ])('the report opens from a file, %s', async (_, viewport) => {
    await project.run();
    const made = await project.json(['report', '-o', 'out/report.html']);
    expect(made).toMatchObject({ file: 'out/report.html', complete: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport, colorScheme });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url().slice(0, 60)));
      await page.goto(pathToFileURL(project.path('out/report.html')).href);
      expect(await widthOf(page)).toBe(300);
      expect(coloursIn(await page.locator('.graph svg').screenshot())).toBeGreaterThan(20);
      expect(asked.filter((url) => !/^(file|data):/.test(url))).toEqual([]);
      expect(await excessWidth(page)).toBe(0);
      expect(await violations(page)).toEqual([]);
      // Paper is white, whatever the screen was.
      await page.emulateMedia({ media: 'print' });
      expect(await groundOf(page)).toBe('light');
      await page.close();
    }
  });
});

/** Of boxes and badges, by the darkness of one of their colours. */
const groundOf = (page: Page): Promise<string> =>
  page.evaluate(
    "parseInt(getComputedStyle(document.documentElement).getPropertyValue('--pending-ground').trim().slice(1, 3), 16) > 127 ? 'light' : 'dark'",
  );

const widthOf = (page: Page): Promise<number> => page.evaluate('document.querySelector("img").naturalWidth');

const excessWidth = (page: Page): Promise<number> =>
  page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)');

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ").slice(0, 300)))',
  );
}

/** How many different pixels an eight-bit RGB(A) PNG holds. */
function coloursIn(png: Buffer): number {
  const [width, channels] = [png.readUInt32BE(16), png[25] === 6 ? 4 : 3];
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(parts));
  // Filtered rows of a blank picture hold next to nothing but zeros.
  const stride = width * channels + 1;
  const seen = new Set<string>();
  for (let at = 0; at + channels < raw.length; at += channels)
    if (at % stride !== 0) seen.add(raw.toString('latin1', at, at + channels));
  return seen.size;
}
