/** Takes a picture of every screen: `node browser/shots.mjs FOLDER [SCREEN…]`, in 1280 and 390 pixels, light and dark, English and Chinese. */
import { mkdirSync } from 'node:fs';
import { serve } from '../mock/serve.mjs';
import { chromiumPath, launch, signIn } from './open.mjs';
import { screens } from './screens.mjs';

const [folder = 'shots', ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const looks = [
  { name: '1280-light-en', width: 1280, height: 800, scheme: 'light', language: 'en' },
  { name: '390-light-zh', width: 390, height: 844, scheme: 'light', language: 'zh' },
  { name: '1280-dark-zh', width: 1280, height: 800, scheme: 'dark', language: 'zh' },
  { name: '390-dark-en', width: 390, height: 844, scheme: 'dark', language: 'en' },
];
const browser = await launch(chromiumPath());
for (const look of looks) {
  for (const screen of screens.filter((one) => only.length === 0 || only.includes(one.name))) {
    const mock = await serve({ empty: screen.empty === true, pace: 0.05 });
    const context = await browser.newContext({ viewport: { width: look.width, height: look.height }, colorScheme: look.scheme, deviceScaleFactor: 1 });
    await context.addInitScript((language) => localStorage.setItem('gimbal.language', language), look.language);
    const page = await context.newPage();
    page.on('pageerror', (error) => console.log(`${screen.name} ${look.name}: ${error}`));
    page.on('console', (message) => message.type() === 'error' && !message.text().includes('401') && console.log(`${screen.name} ${look.name}: ${message.text()}`));
    try {
      if (!screen.open) await signIn(page, mock.url);
      await screen.go(page, mock.url);
      await page.waitForTimeout(450);
      await page.screenshot({ path: `${folder}/${screen.name}-${look.name}.png` });
    } catch (error) {
      console.log(`${screen.name} ${look.name}: ${error.message.split('\n')[0]}`);
      await page.screenshot({ path: `${folder}/${screen.name}-${look.name}-FAILED.png` });
    }
    await context.close();
    await mock.close();
  }
}
await browser.close();
