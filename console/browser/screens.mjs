import { gatewayScreens } from './gateway.mjs';
import { moneyScreens } from './money.mjs';

/** Every screen in the state that is worth looking at: a name and the way there. */
export const screens = [
  { name: 'signin', open: true, go: async (page, url) => {
    await page.goto(url);
    await page.getByTestId('signin-where').click();
  } },
  { name: 'ask-empty', empty: true, go: (page) => page.getByTestId('demonstration').waitFor() },
  { name: 'ask-new', go: (page) => page.getByTestId('question').waitFor() },
  { name: 'ask-generated', go: (page) => ask(page, 'What is the daily allowance for meals?') },
  { name: 'ask-source', go: async (page) => {
    await ask(page, '工作满十二年有几天年假？');
    await page.getByTestId('citation').nth(2).click();
    await page.getByTestId('cited').waitFor();
  } },
  { name: 'ask-quoted', go: (page) => ask(page, 'quote the rule on submitting') },
  { name: 'ask-refused', go: async (page) => {
    await ask(page, 'What is the weather?');
    await page.getByTestId('feedback-down').click();
  } },
  { name: 'ask-failed', go: async (page) => {
    await page.getByTestId('question').fill('please break');
    await page.getByTestId('send').click();
    await page.locator('[data-state=failed]').waitFor();
  } },
  { name: 'library', go: (page, url) => visit(page, `${url}/library`, 'collections') },
  { name: 'library-empty', empty: true, go: (page, url) => visit(page, `${url}/library`, 'empty') },
  { name: 'library-new', go: async (page, url) => {
    await visit(page, `${url}/library`, 'collections');
    await page.getByTestId('new-collection').click();
    await page.getByTestId('collection-name').fill('Bad Name');
  } },
  { name: 'collection', go: (page, url) => visit(page, `${url}/library/handbook`, 'documents') },
  { name: 'collection-upload', go: async (page, url) => {
    await visit(page, `${url}/library/handbook`, 'documents');
    await page.getByTestId('file-input').setInputFiles(['notes.md', 'broken-scan.pdf', 'plan.txt'].map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(`text of ${name}`) })));
    await page.locator('[data-testid=upload][data-state=ended]').waitFor();
  } },
  { name: 'collection-search', go: async (page, url) => {
    await visit(page, `${url}/library/handbook?tab=search`, 'search-query');
    await page.getByTestId('search-query').fill('meals receipts');
    await page.getByTestId('search-submit').click();
    await page.getByTestId('results').waitFor();
  } },
  { name: 'document', go: (page, url) => visit(page, `${url}/library/handbook/doc_01travel?version=2&start=200&end=330`, 'cited') },
  { name: 'document-details', go: async (page, url) => {
    await visit(page, `${url}/library/handbook/doc_01travel`, 'tab-details');
    await page.getByTestId('tab-details').click();
  } },
  { name: 'document-versions', go: async (page, url) => {
    await visit(page, `${url}/library/handbook/doc_01travel`, 'tab-versions');
    await page.getByTestId('tab-versions').click();
    await page.getByTestId('versions').waitFor();
  } },
  { name: 'document-failed', go: (page, url) => visit(page, `${url}/library/handbook/doc_04scan`, 'tab-versions') },
  { name: 'traces', go: (page, url) => visit(page, `${url}/traces`, 'traces') },
  { name: 'traces-empty', empty: true, go: (page, url) => visit(page, `${url}/traces`, 'empty') },
  { name: 'trace', go: async (page, url) => {
    await visit(page, `${url}/traces`, 'traces');
    await page.getByTestId('trace-row').first().getByRole('link').click();
    await page.getByTestId('waterfall').waitFor();
  } },
  { name: 'trace-call', go: async (page, url) => {
    await visit(page, `${url}/traces`, 'traces');
    await page.getByTestId('trace-row').nth(4).getByRole('link').click();
    await page.getByTestId('waterfall').waitFor();
    await page.locator('[data-testid=step][data-kind=call]').click();
  } },
  { name: 'keys', go: (page, url) => visit(page, `${url}/keys`, 'keys') },
  { name: 'keys-new', go: async (page, url) => {
    await visit(page, `${url}/keys`, 'keys');
    await page.getByTestId('new-key').click();
    await page.getByTestId('key-name').waitFor();
  } },
  { name: 'keys-made', go: async (page, url) => {
    await visit(page, `${url}/keys`, 'keys');
    await page.getByTestId('new-key').click();
    await page.getByTestId('key-name').fill('reporting');
    await page.getByTestId('key-create').click();
    await page.getByTestId('key-secret').waitFor();
  } },
  { name: 'status', go: (page, url) => visit(page, `${url}/status`, 'status') },
  ...gatewayScreens,
  ...moneyScreens,
  { name: 'palette', go: async (page) => {
    await page.getByTestId('open-palette').click();
    await page.getByTestId('palette').fill('t');
    await page.waitForTimeout(500);
  } },
  { name: 'missing', go: (page, url) => visit(page, `${url}/library/handbook/doc_none`, 'error') },
];

async function visit(page, url, testId) {
  await page.goto(url);
  await page.getByTestId(testId).first().waitFor();
}

async function ask(page, question) {
  await page.getByTestId('question').fill(question);
  await page.getByTestId('send').click();
  await page.locator('[data-testid=turn-application][data-state=done]').last().waitFor();
}
