/** Playground, costs, prices and keys that rotate: pictures of their states, and what a person does there. */
import assert from 'node:assert/strict';

async function visit(page, url, testId) {
  await page.goto(url);
  await page.getByTestId(testId).first().waitFor();
}

const to = (name, path, testId, more = {}) => ({ name, ...more, go: (page, url) => visit(page, `${url}${path}`, testId) });

async function play(page, url, prompt) {
  await visit(page, `${url}/playground`, 'play-column');
  await page.getByTestId('play-prompt').fill(prompt);
  await page.getByTestId('play-run').click();
}

const settled = (page) => page.waitForFunction(() => [...document.querySelectorAll('[data-testid=play-column]')].every((one) => ['done', 'failed', 'stopped'].includes(one.dataset.state)) && ![...document.querySelectorAll('[data-testid=play-cost]')].some((one) => /…/.test(one.textContent)));

export const moneyScreens = [
  to('playground', '/playground', 'play-column'),
  { name: 'playground-answers', go: async (page, url) => {
    await visit(page, `${url}/playground`, 'play-column');
    await page.getByTestId('play-add').click();
    await page.getByTestId('play-prompt').fill('What does a gimbal do? 请用一段话回答。 fail');
    await page.getByTestId('play-run').click();
    await settled(page);
  } },
  { name: 'playground-tools', go: async (page, url) => {
    await visit(page, `${url}/playground`, 'play-column');
    await page.getByTestId('play-more').click();
    await page.getByTestId('play-tools').fill('[{"name":"weather"}]');
    await page.getByTestId('play-schema').fill('{"type":');
    await page.locator('input[type=file]').setInputFiles([{ name: 'chart.png', mimeType: 'image/png', buffer: Buffer.alloc(40_000) }]);
    await page.getByTestId('play-image').waitFor();
    await page.getByText(/not JSON|不是 JSON/).waitFor();
  } },
  to('costs', '/costs', 'costs'),
  to('costs-tag', '/costs?by=tag:team&period=day&only=provider%3Dopenai', 'costs'),
  { name: 'costs-calls', go: async (page, url) => {
    await visit(page, `${url}/costs`, 'costs');
    await page.getByTestId('cost-drill').first().click();
    await page.getByTestId('cost-call').first().waitFor();
  } },
  to('costs-empty', '/costs', 'empty', { empty: true }),
  to('prices', '/prices', 'prices'),
  to('prices-empty', '/prices', 'empty', { empty: true }),
  { name: 'prices-new', go: async (page, url) => {
    await visit(page, `${url}/prices`, 'unpriced-set');
    await page.getByTestId('unpriced-set').first().click();
    await page.getByTestId('price-input').fill('cheap');
    await page.getByTestId('price-tier-add').click();
    await page.getByTestId('price-unit-add').click();
  } },
  { name: 'keys-rotate', go: async (page, url) => {
    await visit(page, `${url}/keys`, 'keys');
    await page.getByTestId('key-rotate').nth(1).click();
    await page.getByTestId('rotate-go').waitFor();
  } },
  { name: 'keys-rotated', go: async (page, url) => {
    await visit(page, `${url}/keys`, 'keys');
    await page.getByTestId('key-rotate').nth(1).click();
    await page.getByTestId('rotate-go').click();
    await page.getByTestId('key-secret').waitFor();
  } },
];

const column = (page, at) => page.getByTestId('play-column').nth(at);

export const moneyFlows = [
  { name: 'should compare models side by side, with time, tokens, cost and the way to the call', run: async (page, { url, mock }) => {
    await play(page, url, 'What does a gimbal do?');
    await settled(page);
    assert.equal(await page.getByTestId('play-column').count(), 2);
    assert.match(await column(page, 0).getByTestId('play-text').textContent(), /keeps what hangs in it level/);
    assert.match(await column(page, 0).getByTestId('play-cost').textContent(), /^\$0\.000/);
    assert.equal(await column(page, 1).getByTestId('play-cost').textContent(), 'unknown');
    assert.match(await column(page, 0).getByTestId('play-first').textContent(), /\d/);
    assert.equal(await column(page, 0).getByTestId('play-in').textContent(), '412');
    assert.equal(mock.state.asked[0].stream_options.include_usage, true);
    await column(page, 0).getByTestId('play-call').click();
    await page.waitForURL(/\/calls\/call_0play/);
    await page.goBack();
    assert.equal(await page.getByTestId('play-prompt').inputValue(), 'What does a gimbal do?');
    assert.match(await column(page, 0).getByTestId('play-text').textContent(), /level/);
  } },
  { name: 'should stop one answer, keep what had come, and let the others run on', pace: 1.5, run: async (page, { url, mock }) => {
    await play(page, url, 'What does a gimbal do?');
    await column(page, 0).getByText('A gimbal').waitFor();
    await column(page, 0).getByTestId('play-stop').click();
    await column(page, 0).getByTestId('play-stopped').waitFor();
    await settled(page);
    assert.equal(await column(page, 0).getAttribute('data-state'), 'stopped');
    assert.equal(await column(page, 1).getAttribute('data-state'), 'done');
    assert.ok(mock.gateway.calls.some((call) => call.outcome === 'cancelled'), 'the server noticed');
  } },
  { name: 'should show a column’s failure in its place', run: async (page, { url }) => {
    await play(page, url, 'please fail');
    await settled(page);
    assert.match(await column(page, 0).getByTestId('error').textContent(), /No target answered in time.*provider_unavailable.*req_01j9x/);
    assert.match(await column(page, 0).textContent(), /call_0play/);
    assert.equal(await column(page, 1).getAttribute('data-state'), 'done');
  } },
  { name: 'should keep the prompt when the model changes, ask from the keyboard, and send tools and images', run: async (page, { url, mock }) => {
    await visit(page, `${url}/playground`, 'play-column');
    await page.getByTestId('play-prompt').fill('天气如何？');
    await column(page, 1).getByTestId('play-model').click();
    await page.getByRole('option', { name: 'support-fast' }).click();
    await page.getByTestId('play-more').click();
    await page.getByTestId('play-tools').fill('[{"name":"weather","parameters":{"type":"object"}}]');
    await page.locator('input[type=file]').setInputFiles([{ name: 'sky.png', mimeType: 'image/png', buffer: Buffer.from([137, 80]) }]);
    await page.getByTestId('play-image').waitFor();
    await page.getByTestId('play-prompt').press('Control+Enter');
    await settled(page);
    assert.match(await column(page, 1).getByTestId('play-tool').textContent(), /weather.*北京/s);
    const asked = mock.state.asked.find((body) => body.model === 'support-fast');
    assert.equal(asked.messages[0].content[0].text, '天气如何？');
    assert.equal(asked.messages[0].content[1].image_url.url, 'data:image/png;base64,iVA=');
    assert.equal(asked.tools[0].function.name, 'weather');
  } },
  { name: 'should show what calls cost, apart from those nobody knows, narrow it and go down to the calls', run: async (page, { url }) => {
    await visit(page, `${url}/costs`, 'costs');
    assert.match(await page.getByTestId('costs-total').textContent(), /^\$\d+\.\d\d$/);
    assert.notEqual((await page.getByTestId('costs-unknown').textContent()).trim(), '0');
    const saved = await page.getByTestId('costs-saved').textContent();
    assert.match(saved, /^\$\d+\.\d\d /);
    const unpriced = page.getByTestId('cost-row').filter({ hasText: 'acme/house-model' });
    assert.match(await unpriced.textContent(), /unknown/);
    await page.getByTestId('cost-row').filter({ hasText: 'gpt-4.1-mini' }).getByTestId('cost-only').click();
    await page.waitForURL(/only=model%3Dopenai%2Fgpt-4.1-mini/);
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=cost-row]').length === 1);
    assert.notEqual(await page.getByTestId('costs-saved').textContent(), saved, 'what was saved is narrowed too');
    await page.getByTestId('cost-drill').click();
    await page.getByTestId('cost-call').first().waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Escape').then(() => page.getByTestId('costs-export').click())]);
    assert.match(download.url(), /format=csv/);
    assert.match(download.url(), /model=openai%2Fgpt-4.1-mini/);
  } },
  { name: 'should set a price for a model that was called without one', run: async (page, { url, mock }) => {
    await visit(page, `${url}/prices`, 'unpriced-set');
    await page.getByTestId('unpriced-set').first().click();
    await page.getByTestId('price-input').fill('0,5');
    await page.getByTestId('price-output').fill('1.5');
    await page.getByTestId('save').click();
    await page.getByTestId('price-row').filter({ hasText: 'acme/house-model' }).waitFor();
    assert.deepEqual([mock.state.prices[0].input_usd_per_million, mock.state.prices[0].output_usd_per_million], ['0.5', '1.5']);
  } },
  { name: 'should set a price with a tier, sound and images, and begin the next one from it', run: async (page, { url, mock }) => {
    await visit(page, `${url}/prices`, 'prices');
    await page.getByTestId('new-price').click();
    await page.getByTestId('price-model').fill('acme/omni');
    await page.getByTestId('price-input').fill('1');
    assert.ok(await page.getByTestId('save').isDisabled(), 'tokens of the answer have no price');
    await page.getByTestId('price-output').fill('3');
    await page.getByTestId('price-audio_input').fill('40');
    await page.getByTestId('price-tier-add').click();
    assert.ok(await page.getByTestId('save').isDisabled(), 'half a tier does not go out');
    await page.getByTestId('tier-above').fill('200000');
    await page.getByTestId('tier-input').fill('2');
    await page.getByTestId('tier-output').fill('6');
    await page.getByTestId('price-unit-add').click();
    await page.getByTestId('unit-kind').click();
    await page.getByRole('option', { name: 'image' }).click();
    await page.getByTestId('unit-size').fill('1024x1024');
    await page.getByTestId('unit-usd').fill('0.04');
    await page.getByTestId('save').click();
    const row = page.getByTestId('price-row').filter({ hasText: 'acme/omni' });
    await row.locator('summary').click();
    assert.match(await row.textContent(), /Audio input: \$40.*above 200,000 prompt tokens: Input \$2 · Output \$6.*image 1024x1024: \$0\.04/);
    const { from, source, ...made } = mock.state.prices[0];
    await row.getByTestId('price-change').click();
    await page.getByTestId('save').click();
    await page.getByTestId('price-form').waitFor({ state: 'detached' });
    const { from: later, source: ours, ...next } = mock.state.prices[0];
    assert.equal(mock.state.prices.filter((one) => one.model === 'acme/omni').length, 2);
    assert.deepEqual(next, made);
  } },
  { name: 'should rotate a key with a declared overlap and show the new secret once', run: async (page, { url, mock }) => {
    await visit(page, `${url}/keys`, 'keys');
    await page.getByTestId('key-row').filter({ hasText: 'ci-pipeline' }).getByTestId('key-rotate').click();
    await page.getByTestId('rotate-overlap').click();
    await page.getByRole('option', { name: 'after 3 days' }).click();
    await page.getByTestId('rotate-go').click();
    assert.match(await page.getByTestId('key-secret').textContent(), /^gmb_/);
    await page.getByTestId('key-kept').click();
    await page.getByTestId('key-row').filter({ hasText: 'ci-pipeline' }).getByTestId('key-old').waitFor();
    assert.deepEqual(mock.state.rotations, [{ id: 'key_03ci', overlap_hours: 72 }]);
    assert.equal(await page.getByTestId('key-secret').count(), 0);
  } },
];
