import assert from 'node:assert/strict';
import { gatewayFlows } from './gateway.mjs';
import { moneyFlows } from './money.mjs';
import { signIn } from './open.mjs';

const file = (name, text = `text of ${name}`) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
const answered = (page) => page.locator('[data-testid=turn-application][data-state=done]').last();

async function ask(page, question) {
  await page.getByTestId('question').fill(question);
  await page.keyboard.press('Enter');
}

/** What a person does, as sentences. */
export const flows = [
  { name: 'should mark exactly the cited words, also after characters outside the basic plane', run: async (page) => {
    await ask(page, '工作满十二年有几天年假？');
    await answered(page).waitFor();
    await page.getByTestId('citation').nth(2).click();
    assert.equal(await page.getByTestId('cited').textContent(), '𠮷田先生负责审核外地医院的证明。');
    await page.getByTestId('source-page').click();
    await page.waitForURL(/\/library\/handbook\/doc_02leave\?version=1&start=/);
    assert.equal(await page.getByTestId('cited').textContent(), '𠮷田先生负责审核外地医院的证明。');
    const box = await page.getByTestId('cited').boundingBox();
    assert.ok(box.y > 0 && box.y < 800, 'the cited place is in sight');
  } },
  { name: 'should ask, give the conversation an address, and show it again after a reload', run: async (page) => {
    await ask(page, 'What is the allowance for meals?');
    await answered(page).waitFor();
    await page.waitForURL(/\/ask\/cnv_/);
    assert.equal(await page.getByTestId('turn-application').count(), 1);
    await page.reload();
    await answered(page).waitFor();
    assert.match(await page.getByTestId('turn-user').textContent(), /allowance for meals/);
    await ask(page, 'quote the rule on submitting');
    await page.locator('[data-kind=quoted]').first().waitFor();
    assert.equal(await page.getByTestId('turn-application').count(), 2);
    assert.equal(await page.locator('script:not([src]), .thread img').count(), 0);
  } },
  { name: 'should stop an answer and keep what had come', pace: 1, run: async (page) => {
    await ask(page, 'What is the allowance for meals?');
    await page.getByText('The allowance').waitFor();
    await page.getByTestId('stop').click();
    await page.locator('[data-state=stopped]').waitFor();
    await page.getByTestId('again').waitFor();
  } },
  { name: 'should say why an answer failed, with what support needs', run: async (page) => {
    await ask(page, 'please fail');
    const text = await page.getByTestId('error').textContent();
    assert.match(text, /model_unavailable.*req_01j9x/);
  } },
  { name: 'should note a thumb down with its reason', run: async (page, { mock }) => {
    await ask(page, 'What is the weather?');
    await answered(page).waitFor();
    await page.getByTestId('feedback-down').click();
    await page.getByPlaceholder('What was wrong').fill('It rained.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Thank you').waitFor();
    assert.equal(mock.state.feedback.at(-1).comment, 'It rained.');
  } },
  { name: 'should load the demonstration with one click and lead to asking', empty: true, run: async (page) => {
    await page.getByTestId('demonstration').click();
    await page.getByTestId('question').waitFor();
  } },
  { name: 'should take files, show their progress, name what failed and why', run: async (page, { url }) => {
    await page.goto(`${url}/library/handbook`);
    await page.getByTestId('file-input').setInputFiles([file('a.md'), file('broken.pdf'), file('c.txt')]);
    await page.locator('[data-testid=upload][data-state=ended]').waitFor();
    assert.match(await page.getByTestId('upload').textContent(), /2 documents processed.*1 failed.*document_corrupt/);
    await page.getByTestId('document-row').filter({ hasText: 'a.md' }).locator('[data-state=ready]').waitFor();
  } },
  { name: 'should take a dropped file', run: async (page, { url }) => {
    await page.goto(`${url}/library/handbook`);
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['dropped text'], 'dropped.md', { type: 'text/markdown' }));
      return data;
    });
    await page.getByTestId('drop').dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByTestId('document-row').filter({ hasText: 'dropped.md' }).waitFor();
  } },
  { name: 'should make a collection, then delete it after asking', run: async (page, { url, mock }) => {
    await page.goto(`${url}/library`);
    await page.getByTestId('new-collection').click();
    await page.getByTestId('collection-name').fill('field-notes');
    await page.getByTestId('collection-create').click();
    await page.waitForURL(/\/library\/field-notes/);
    await page.getByTestId('collection-menu').click();
    await page.getByTestId('collection-delete').click();
    assert.equal(mock.state.collections.length, 4);
    await page.getByTestId('confirm-go').click();
    await page.waitForURL(/\/library$/);
    assert.equal(mock.state.collections.length, 3);
  } },
  { name: 'should filter traces and page through them', run: async (page, { url }) => {
    await page.goto(`${url}/traces`);
    await page.getByTestId('more').click();
    await page.getByTestId('trace-row').nth(99).waitFor();
    await page.getByTestId('traces-text').fill('年假');
    await page.getByTestId('traces-filter').click();
    await page.waitForURL(/text=/);
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=trace-row]').length < 50);
  } },
  { name: 'should show a new key once and revoke a key after asking', run: async (page, { url, mock }) => {
    await page.goto(`${url}/keys`);
    await page.getByTestId('new-key').click();
    await page.getByTestId('key-name').fill('reporting');
    await page.getByTestId('key-create').click();
    assert.match(await page.getByTestId('key-secret').textContent(), /^gmb_/);
    await page.getByTestId('key-kept').click();
    await page.getByTestId('key-row').filter({ hasText: 'reporting' }).getByTestId('key-revoke').click();
    await page.getByTestId('confirm-go').click();
    await page.getByTestId('key-row').filter({ hasText: 'reporting' }).waitFor({ state: 'detached' });
    assert.ok(!mock.state.keys.some((key) => key.name === 'reporting'));
  } },
  { name: 'should find a document from the keyboard alone', run: async (page) => {
    await page.getByTestId('question').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette').waitFor();
    await page.keyboard.type('pump');
    await page.getByTestId('palette-entry').filter({ hasText: 'Pump stations' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/doc_03pumps/);
  } },
  { name: 'should remember the language and the theme', run: async (page) => {
    await page.getByTestId('language').click();
    await page.getByTestId('theme').click();
    await page.getByTestId('theme-dark').click();
    await page.reload();
    await page.getByTestId('nav-library').filter({ hasText: '文库' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-Hans');
    assert.equal(await page.locator('html').getAttribute('data-mantine-color-scheme'), 'dark');
  } },
  { name: 'should show a viewer only what a viewer may use', key: 'gmb_mock_viewer', run: async (page, { url }) => {
    await page.getByTestId('nav-library').waitFor();
    assert.equal(await page.getByTestId('nav-keys').count() + await page.getByTestId('nav-traces').count(), 0);
    await page.goto(`${url}/library/handbook`);
    await page.getByTestId('documents').waitFor();
    assert.equal(await page.getByTestId('drop').count(), 0);
  } },
  { name: 'should refuse a wrong key in words, and sign out for good', run: async (page, { url }) => {
    await page.getByTestId('account').click();
    await page.getByTestId('sign-out').click();
    await page.getByTestId('signin-key').fill('gmb_wrong');
    await page.getByTestId('signin-submit').click();
    await page.getByText('does not know this key').waitFor();
    await signIn(page, `${url}/keys`);
    await page.getByTestId('keys').waitFor();
  } },
  ...gatewayFlows,
  ...moneyFlows,
];
