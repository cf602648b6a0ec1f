import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** A Chromium of this machine: CHROMIUM names one, otherwise the usual places. Undefined where there is none. */
export function chromiumPath() {
  const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
  return places.find((place) => place && existsSync(place));
}

export const launch = (executablePath) =>
  chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none'] });

export async function signIn(page, url, key = 'gmb_mock_administrator') {
  await page.goto(url);
  await page.getByTestId('signin-key').fill(key);
  await page.getByTestId('signin-submit').click();
  await page.getByTestId('account').waitFor();
}
