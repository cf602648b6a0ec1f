/** The gateway's screens: pictures of their states, and what a person does there. */
import assert from 'node:assert/strict';

async function visit(page, url, testId) {
  await page.goto(url);
  await page.getByTestId(testId).first().waitFor();
}

const to = (name, path, testId, more = {}) => ({ name, ...more, go: (page, url) => visit(page, `${url}${path}`, testId) });

export const gatewayScreens = [
  to('calls', '/calls', 'running'),
  to('calls-empty', '/calls', 'empty', { empty: true }),
  { name: 'calls-cancel', go: async (page, url) => {
    await visit(page, `${url}/calls`, 'running');
    await page.getByTestId('running-cancel').first().click();
    await page.getByTestId('confirm-go').waitFor();
  } },
  to('calls-recorded', '/calls?tab=recorded', 'calls'),
  { name: 'call', go: async (page, url) => {
    await visit(page, `${url}/calls?tab=recorded`, 'calls');
    await page.getByTestId('call-row').first().getByRole('link').click();
    await page.getByTestId('verdicts').waitFor();
  } },
  to('call-missing', '/calls/call_none', 'error'),
  to('providers', '/providers', 'providers'),
  to('providers-empty', '/providers', 'empty', { empty: true }),
  to('provider', '/providers/openai', 'model-health'),
  { name: 'provider-new', go: async (page, url) => {
    await visit(page, `${url}/providers`, 'providers');
    await page.getByTestId('new-provider').click();
    await page.getByTestId('provider-address').fill('http://10.0.0.1/v1');
    await page.getByTestId('save').click();
    await page.getByTestId('error').waitFor();
  } },
  { name: 'provider-change', go: async (page, url) => {
    await visit(page, `${url}/providers/openai`, 'provider-edit');
    await page.getByTestId('provider-edit').click();
    await page.getByTestId('provider-other').waitFor();
  } },
  to('routes', '/routes', 'routes'),
  to('routes-empty', '/routes', 'empty', { empty: true }),
  to('route', '/routes/frugal', 'savings'),
  { name: 'route-conditions', go: async (page, url) => {
    await visit(page, `${url}/routes/support`, 'target');
    await page.locator('summary').first().click();
  } },
  { name: 'route-wrong', go: async (page, url) => {
    await visit(page, `${url}/routes/+`, 'route-form');
    await page.getByTestId('route-name').fill('mine');
    await page.getByTestId('target-model').fill('nobody/x');
    await page.getByTestId('save').click();
    await page.getByTestId('error').waitFor();
  } },
  to('budgets', '/budgets', 'budgets'),
  to('budgets-empty', '/budgets', 'empty', { empty: true }),
  { name: 'budget-change', go: async (page, url) => {
    await visit(page, `${url}/budgets`, 'budgets');
    await page.getByTestId('budget-edit').nth(2).click();
    await page.getByTestId('budget-form').waitFor();
  } },
  { name: 'budget-wrong', go: async (page, url) => {
    await visit(page, `${url}/budgets`, 'budgets');
    await page.getByTestId('new-budget').click();
    await page.getByTestId('budget-name').fill('team-a');
    await page.getByTestId('budget-amount').fill('a lot');
    await page.getByTestId('save').click();
    await page.getByTestId('error').waitFor();
  } },
  to('limits', '/budgets?tab=limits', 'limits'),
  to('guards', '/guards', 'guards'),
  to('guards-empty', '/guards', 'empty', { empty: true }),
  { name: 'guard', go: async (page, url) => {
    await visit(page, `${url}/guards/no-cards`, 'guard-form');
    await page.getByTestId('try-text').fill('Zhang paid with 4111 1111 1111 1111, mail zhang@example.cn, 手机 13800138000。');
    await page.getByTestId('try').click();
    await page.getByTestId('marked').first().waitFor();
  } },
  { name: 'guard-kinds', go: async (page, url) => {
    await visit(page, `${url}/guards/reply-shape`, 'guard-form');
  } },
  to('cache', '/cache', 'cache'),
  to('cache-empty', '/cache', 'empty', { empty: true }),
  { name: 'cache-policy', go: async (page, url) => {
    await visit(page, `${url}/cache`, 'cache');
    await page.getByTestId('policy-edit').nth(2).click();
    await page.getByTestId('policy-form').waitFor();
  } },
  to('alerts', '/alerts', 'alerts'),
  to('alerts-empty', '/alerts', 'empty', { empty: true }),
  { name: 'alert', go: async (page, url) => {
    await visit(page, `${url}/alerts`, 'alerts');
    await page.getByTestId('alert-details').nth(1).click();
    await page.getByTestId('alert').waitFor();
  } },
  to('alert-channels', '/alerts?tab=channels', 'channels'),
  { name: 'alert-channel', go: async (page, url) => {
    await visit(page, `${url}/alerts?tab=channels`, 'channels');
    await page.getByTestId('channel-edit').nth(1).click();
    await page.getByTestId('channel-form').waitFor();
  } },
  { name: 'alert-channel-test', go: async (page, url) => {
    await visit(page, `${url}/alerts?tab=channels`, 'channels');
    await page.getByTestId('channel-test').first().click();
    await page.getByTestId('channel-test-send').click();
    await page.getByTestId('channel-tested').waitFor();
  } },
  to('alert-surge', '/alerts?tab=surge', 'surge-form'),
];

export const gatewayFlows = [
  { name: 'should follow running calls and cancel one after asking', run: async (page, { url, mock }) => {
    await visit(page, `${url}/calls`, 'running');
    assert.equal(await page.getByTestId('running-row').count(), 5);
    const kept = await page.getByTestId('running-row').first().elementHandle();
    mock.gateway.running = [...mock.gateway.running, { id: 'call_new', principal: 'key_03ci', kind: 'chat', model: 'fast', stream: false, tags: {}, since: new Date().toISOString() }];
    await page.getByTestId('running-row').nth(5).waitFor();
    assert.ok(await kept.evaluate((row) => row.isConnected), 'the rows that stay are not drawn anew');
    await page.getByTestId('running-model').fill('frug');
    await page.getByTestId('running-row').nth(1).waitFor({ state: 'detached' });
    await page.getByTestId('running-cancel').click();
    assert.equal(mock.gateway.running.length, 6);
    await page.getByTestId('confirm-go').click();
    await page.getByTestId('empty').waitFor();
    assert.ok(!mock.gateway.running.some((one) => one.model === 'frugal'));
  } },
  { name: 'should lead from the recorded calls to one call and on to its trace', run: async (page, { url }) => {
    await visit(page, `${url}/calls?tab=recorded`, 'calls');
    await page.getByTestId('calls-model').fill('openai/gpt-4.1-nano');
    await page.getByTestId('calls-filter').click();
    await page.waitForURL(/model=openai/);
    await page.getByTestId('call-row').first().getByRole('link').click();
    await page.getByTestId('verdicts').waitFor();
    const text = await page.getByTestId('call').textContent();
    assert.match(text, /frugal/);
    assert.match(text, /no-cards.*card × 1, email × 2/);
    assert.deepEqual(await page.getByTestId('attempt-row').evaluateAll((rows) => rows.map((row) => row.cells[2].innerText.replace(/\s+/g, ' ').toLowerCase())), ['failed status 429 upstream_busy', 'sent up: refusal', 'succeeded']);
    assert.match(text, /\$0\.0041/);
    await page.getByTestId('call-trace').click();
    await page.getByTestId('waterfall').waitFor();
  } },
  { name: 'should declare a provider with its key by reference, say what is wrong at the field, and delete it', key: 'gmb_mock_operator', run: async (page, { url, mock }) => {
    await visit(page, `${url}/providers`, 'providers');
    await page.getByTestId('new-provider').click();
    await page.getByTestId('provider-name').fill('mine');
    await page.getByTestId('provider-credential').fill('sk-secret');
    assert.ok(await page.getByTestId('save').isDisabled(), 'a key itself is not taken');
    await page.getByTestId('provider-credential').fill('env:MINE');
    await page.getByTestId('provider-address').fill('http://10.0.0.1/v1');
    await page.getByTestId('save').click();
    await page.getByTestId('provider-form').getByText('is a private address').first().waitFor();
    assert.equal(await page.getByTestId('provider-address').getAttribute('aria-invalid'), 'true');
    assert.ok(await page.getByTestId('provider-address').evaluate((field) => field === document.activeElement), 'the field that is wrong has the focus');
    await page.getByTestId('provider-address').fill('https://models.example/v1');
    await page.getByTestId('save').click();
    const row = page.getByTestId('provider-row').filter({ hasText: 'models.example' });
    await row.getByText('env:MINE').waitFor();
    await row.getByTestId('provider-delete').click();
    await page.getByTestId('confirm-go').click();
    await row.waitFor({ state: 'detached' });
    assert.ok(!mock.gateway.providers.some((one) => one.name === 'mine'));
  } },
  { name: 'should take a provider’s key itself from who may not name the server’s environment', run: async (page, { url, mock }) => {
    await visit(page, `${url}/providers`, 'providers');
    await page.getByTestId('new-provider').click();
    await page.getByTestId('provider-name').fill('mine');
    assert.equal(await page.getByTestId('provider-credential').getAttribute('type'), 'password');
    await page.getByTestId('provider-credential').fill('sk-secret');
    await page.getByTestId('save').click();
    await page.getByTestId('provider-row').filter({ hasText: 'mine' }).getByText('encrypted').waitFor();
    assert.ok(!JSON.stringify(mock.gateway.providers).includes('sk-secret'));
  } },
  { name: 'should change a provider without its keys, and ask for a key again for another server', run: async (page, { url, mock }) => {
    await visit(page, `${url}/providers`, 'providers');
    await page.getByTestId('provider-row').filter({ hasText: 'dashscope' }).getByTestId('provider-edit').click();
    await page.getByTestId('provider-parallel').fill('7');
    await page.getByTestId('save').click();
    await page.getByTestId('provider-form').waitFor({ state: 'detached' });
    const stored = () => mock.gateway.providers.find((one) => one.name === 'dashscope');
    assert.equal(stored().parallel_calls, 7);
    assert.equal(stored().credential, 'sealed');
    await page.getByTestId('provider-row').filter({ hasText: 'dashscope' }).getByTestId('provider-edit').click();
    await page.getByTestId('provider-address').fill('https://models.example/v1');
    await page.getByTestId('save').click();
    await page.getByTestId('provider-form').getByText('must be given again').first().waitFor();
    assert.equal(await page.getByTestId('provider-credential').getAttribute('aria-invalid'), 'true');
    await page.getByTestId('provider-without').check();
    await page.getByTestId('save').click();
    await page.getByTestId('provider-row').filter({ hasText: 'models.example' }).waitFor();
    assert.equal(stored().credential, '');
  } },
  { name: 'should make a route, show the server’s word at its target, and change it with its version', run: async (page, { url, mock }) => {
    await visit(page, `${url}/routes`, 'routes');
    await page.getByTestId('new-route').click();
    await page.getByTestId('route-name').fill('mine');
    await page.getByTestId('target-model').fill('nobody/x');
    await page.getByTestId('add-target').click();
    await page.getByTestId('target-model').nth(1).fill('openai/gpt-4.1');
    await page.getByTestId('save').click();
    await page.getByTestId('error').waitFor();
    assert.match(await page.getByTestId('target').first().textContent(), /there is no provider of nobody\/x/);
    assert.doesNotMatch(await page.getByTestId('target').nth(1).textContent(), /there is no provider/);
    await page.getByTestId('target-model').first().fill('anthropic/claude-haiku-4-5');
    await page.getByTestId('save').click();
    await page.getByTestId('route-row').filter({ hasText: 'mine' }).getByRole('link').click();
    await page.getByTestId('route-form').waitFor();
    mock.gateway.declared.get('mine').version = 7;
    await page.getByTestId('save').click();
    await page.getByText('Someone changed it meanwhile').waitFor();
    await page.reload();
    await page.getByTestId('route-form').waitFor();
    await page.getByTestId('save').click();
    await page.getByTestId('routes').waitFor();
    assert.deepEqual(mock.gateway.declared.get('mine').targets, [{ model: 'anthropic/claude-haiku-4-5' }, { model: 'openai/gpt-4.1' }]);
  } },
  { name: 'should let a viewer read routes but not change them, and say which right a page needs', key: 'gmb_mock_viewer', run: async (page, { url }) => {
    await visit(page, `${url}/routes/frugal`, 'route-form');
    assert.equal(await page.getByTestId('save').count(), 0);
    assert.ok(await page.getByTestId('route-name').isDisabled());
    await page.goto(`${url}/calls`);
    await page.getByText('traces.read').waitFor();
  } },
  { name: 'should show what is left of budgets, refuse a wrong amount at its field, and change one', run: async (page, { url, mock }) => {
    await visit(page, `${url}/budgets`, 'budgets');
    assert.match(await page.getByTestId('budget-row').nth(2).textContent(), /\$1618\.90 spent, \$31\.25 reserved, \$849\.85 left/);
    await page.getByTestId('new-budget').click();
    await page.getByTestId('budget-name').fill('team-a');
    await page.getByTestId('budget-amount').fill('a lot');
    await page.getByTestId('save').click();
    await page.getByTestId('budget-form').getByText('must be a decimal number').first().waitFor();
    assert.equal(await page.getByTestId('budget-amount').getAttribute('aria-invalid'), 'true');
    await page.getByTestId('budget-amount').fill('25');
    await page.getByTestId('save').click();
    const row = page.getByTestId('budget-row').filter({ hasText: 'team-a' });
    await row.getByTestId('budget-edit').click();
    await page.getByTestId('budget-amount').fill('30.5');
    await page.getByTestId('save').click();
    await row.getByText('$30.50').first().waitFor();
    assert.equal(mock.gateway.budgets.get('team-a').limit_usd, '30.5');
    await row.getByTestId('budget-delete').click();
    await page.getByTestId('confirm-go').click();
    await row.waitFor({ state: 'detached' });
  } },
  { name: 'should declare limits of calls', run: async (page, { url, mock }) => {
    await visit(page, `${url}/budgets?tab=limits`, 'limits');
    await page.getByTestId('new-limit').click();
    await page.getByTestId('limit-name').fill('team-a');
    await page.getByTestId('save').click();
    await page.getByTestId('error').waitFor();
    await page.getByTestId('limit-requests').fill('90');
    await page.getByTestId('save').click();
    await page.getByTestId('limit-row').filter({ hasText: 'team-a' }).waitFor();
    assert.deepEqual(mock.gateway.limits.get('team-a').scope, { tenant: 'own' });
  } },
  { name: 'should make a guard, try it on a text, and mark what gives way', run: async (page, { url, mock }) => {
    await visit(page, `${url}/guards`, 'guards');
    await page.getByTestId('new-guard').click();
    await page.getByTestId('guard-name').fill('mails');
    await page.getByTestId('save').click();
    await page.getByTestId('try-text').fill('write to ann@example.org today');
    await page.getByTestId('try').click();
    await page.getByTestId('marked').waitFor();
    assert.equal(await page.getByTestId('marked').locator('del').textContent(), 'ann@example.org');
    assert.equal(await page.getByTestId('marked').locator('ins').textContent(), '[email]');
    assert.equal(mock.gateway.guards.get('mails').action, 'redact');
    await page.goto(`${url}/guards/vendor-keys`);
    await page.getByTestId('try-text').fill('card 4111 1111 1111 1111');
    await page.getByTestId('try').click();
    await page.locator('[data-testid=tried][data-refused]').waitFor();
  } },
  { name: 'should change what is cached, and purge a route after asking', run: async (page, { url, mock }) => {
    await visit(page, `${url}/cache`, 'cache');
    const row = page.getByTestId('cache-row').filter({ hasText: 'fast' });
    await row.getByTestId('policy-edit').click();
    await page.getByTestId('policy-ttl').fill('600');
    await page.getByTestId('save').click();
    await row.getByText('10 min').waitFor();
    assert.equal(mock.gateway.cache.get('fast').policy.version, 5);
    await row.getByTestId('purge').click();
    assert.notEqual(mock.gateway.cache.get('fast').counts.answers, 0);
    await page.getByTestId('confirm-go').click();
    await row.getByText(/^0 B$/).waitFor();
    assert.equal(mock.gateway.cache.get('fast').counts.answers, 0);
  } },
  { name: 'should acknowledge an alert, declare where alerts go, and set when spend is unusual', run: async (page, { url, mock }) => {
    await visit(page, `${url}/alerts?state=open`, 'alerts');
    await page.getByTestId('alert-row').filter({ hasText: 'Budget ci' }).getByTestId('acknowledge').click();
    await page.getByTestId('alert-row').nth(1).waitFor({ state: 'detached' });
    assert.equal(mock.gateway.alerts[1].state, 'acknowledged');
    await page.getByTestId('tab-channels').click();
    await page.getByTestId('new-channel').click();
    await page.getByTestId('channel-name').fill('chat');
    await page.getByTestId('channel-url').fill('chat.example.org');
    await page.getByTestId('save').click();
    await page.getByTestId('error').waitFor();
    assert.equal(await page.getByTestId('channel-url').getAttribute('aria-invalid'), 'true');
    await page.getByTestId('channel-url').fill('https://chat.example.org/in');
    await page.getByTestId('save').click();
    await page.getByTestId('channel-row').filter({ hasText: 'chat.example.org' }).waitFor();
    await page.getByTestId('channel-row').filter({ hasText: 'chat.example.org' }).getByTestId('channel-test').click();
    await page.getByTestId('channel-test-send').click();
    assert.match(await page.getByTestId('channel-tested').textContent(), /status 204/);
    await page.keyboard.press('Escape');
    await page.getByTestId('channel-tested').waitFor({ state: 'detached' });
    await page.getByTestId('tab-surge').click();
    await page.getByTestId('surge-least').fill('12.5');
    await page.getByTestId('save').click();
    await page.getByTestId('alerts').waitFor();
    assert.equal(mock.gateway.surge.least_usd, '12.5');
  } },
];
