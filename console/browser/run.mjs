/**
 * The console in a real browser over the mock: every screen at both widths, under the server's content security policy,
 * checked by axe, for sideways scrolling and for errors in the page; then what a person does. Needs `npm run build` and a
 * Chromium (CHROMIUM names one); without a browser it says so and is skipped, which under CI=true is a failure.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { serve } from '../mock/serve.mjs';
import { flows } from './flows.mjs';
import { chromiumPath, launch, signIn } from './open.mjs';
import { screens } from './screens.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const looks = [
  { name: '1280 light en', width: 1280, height: 800, scheme: 'light', language: 'en' },
  { name: '390 dark zh', width: 390, height: 844, scheme: 'dark', language: 'zh' },
];
const only = process.argv.slice(2);
const wanted = (name) => only.length === 0 || only.some((part) => name.includes(part));
let passed = 0;
const failures = [];

async function check(name, run) {
  try {
    await run();
    passed++;
  } catch (error) {
    failures.push(name);
    console.log(`FAILED ${name}\n  ${error.message.split('\n').slice(0, 14).join('\n  ')}`);
  }
}

async function open(browser, look) {
  const context = await browser.newContext({ viewport: { width: look.width, height: look.height }, colorScheme: look.scheme, reducedMotion: 'reduce' });
  context.setDefaultTimeout(15_000);
  await context.addInitScript({ path: axe });
  await context.addInitScript((language) => localStorage.getItem('gimbal.language') ?? localStorage.setItem('gimbal.language', language), look.language);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  // The browser itself notes each refused request; the screens that show refusals are meant to.
  page.on('console', (message) => message.type() === 'error' && !/Failed to load resource/.test(message.text()) && errors.push(message.text()));
  return { context, page, errors };
}

async function inspect(page, errors) {
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return violations.filter((one) => one.impact === 'serious' || one.impact === 'critical').flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1] ?? ''}`));
  });
  assert.deepEqual(found, [], 'axe');
  const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
  const main = await page.evaluate(() => { const one = document.querySelector('main'); return one ? one.scrollWidth - one.clientWidth : 0; });
  assert.ok(wide <= 0 && main <= 0, `scrolls sideways by ${Math.max(wide, main)} pixels`);
  assert.deepEqual(errors.splice(0), [], 'errors in the page');
}

async function everyScreen(browser, look) {
  for (const empty of [false, true]) {
    const server = await serve({ empty, pace: 0.05 });
    const { context, page, errors } = await open(browser, look);
    for (const screen of screens.filter((one) => one.open === true && !empty && wanted(one.name))) {
      await check(`${screen.name} ${look.name}`, async () => (await screen.go(page, server.url), await inspect(page, errors)));
    }
    await signIn(page, server.url);
    for (const screen of screens.filter((one) => !one.open && (one.empty === true) === empty && wanted(one.name))) {
      await check(`${screen.name} ${look.name}`, async () => {
        await page.goto(`${server.url}/ask`);
        await screen.go(page, server.url);
        await inspect(page, errors);
      });
    }
    await context.close();
    await server.close();
  }
}

const executable = chromiumPath();
if (!existsSync(fileURLToPath(new URL('../dist/index.html', import.meta.url)))) throw new Error('npm run build first');
if (!executable) {
  console.log('Console in a browser: skipped, no Chromium here (install Debian’s chromium or set CHROMIUM)');
  process.exit(process.env.CI === 'true' ? 1 : 0);
}
const browser = await launch(executable);
for (const look of looks) await everyScreen(browser, look);
for (const flow of flows.filter((one) => wanted(one.name))) {
  const server = await serve({ pace: flow.pace ?? 0.05, empty: flow.empty === true });
  const { context, page, errors } = await open(browser, looks[0]);
  await check(flow.name, async () => {
    await signIn(page, server.url, flow.key);
    await flow.run(page, server);
    assert.deepEqual(errors, [], 'errors in the page');
  });
  await context.close();
  await server.close();
}
await browser.close();
console.log(`Console in a browser: ${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
