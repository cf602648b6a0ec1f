import { Autocomplete, Modal, NumberInput, Switch } from '@mantine/core';
import { useState } from 'react';
import { api } from '../api/client';
import type { CachePolicy } from '../api/gateway';
import { useLanguage } from '../i18n/language';
import { fieldErrors, filled, numberOf } from './fields';
import { Form, useSaving } from './parts';
import { useChanged, useModelNames } from './queries';
import style from './gateway.module.css';

const HOUR_S = 3_600;
const MIB = 1 << 20;

/** What is kept of the answers of a model or route; `*` stands for all that have no policy of their own. */
export function PolicyEditor({ route: given, policy, onClose }: { route: string; policy?: CachePolicy; onClose: () => void }) {
  const { t } = useLanguage();
  const { busy, error, save } = useSaving();
  const changed = useChanged('cache');
  const at = fieldErrors(error);
  const models = useModelNames();
  const [route, setRoute] = useState(given);
  const [exact, setExact] = useState(policy?.exact ?? true);
  const [semantic, setSemantic] = useState(policy?.semantic ?? false);
  const [ttl, setTtl] = useState<number | string>(policy?.ttl_seconds ?? HOUR_S);
  const [size, setSize] = useState<number | string>((policy?.most_bytes ?? 64 * MIB) / MIB);
  const [temperature, setTemperature] = useState<number | string>(policy?.most_temperature ?? '');
  const [several, setSeveral] = useState(policy?.several ?? false);
  const [toolCalls, setToolCalls] = useState(policy?.tool_calls ?? false);
  const [marks, setMarks] = useState(policy?.prompt_marks ?? false);
  const [tokens, setTokens] = useState<number | string>(policy?.prompt_most_tokens ?? '');
  const bytes = numberOf(size);
  const submit = () => save(async () => {
    await api.put('cache', filled({
      route: route.trim(), exact, semantic, ttl_seconds: numberOf(ttl), most_bytes: bytes === undefined ? undefined : Math.round(bytes * MIB), most_temperature: numberOf(temperature), several, tool_calls: toolCalls,
      prompt_marks: marks, prompt_most_tokens: numberOf(tokens),
    }), `"${policy?.version ?? 0}"`);
    await changed();
    onClose();
  });
  const flag = (label: string, description: string, checked: boolean, set: (checked: boolean) => void, testId: string) => <Switch label={label} description={description} checked={checked} onChange={(event) => set(event.currentTarget.checked)} data-testid={testId} />;
  return (
    <Modal opened onClose={onClose} title={policy ? `${t('cache.policy')}: ${given}` : t('cache.new')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Form busy={busy} error={error} onSubmit={() => void submit()} onCancel={onClose} action={t('gw.save')} disabled={route.trim() === ''} testId="policy-form">
        <Autocomplete label={t('calls.model')} description={t('cache.route.text')} value={route} onChange={setRoute} data={['*', ...models]} limit={20} disabled={given !== ''} error={at('route')} required data-testid="policy-route" />
        {flag(t('cache.exact'), t('cache.exact.text'), exact, setExact, 'policy-exact')}
        {flag(t('cache.semantic'), t('cache.semantic.text'), semantic, setSemantic, 'policy-semantic')}
        <div className={style.row}>
          <NumberInput label={t('cache.ttl')} value={ttl} onChange={setTtl} min={1} max={2_592_000} allowDecimal={false} hideControls thousandSeparator=" " error={at('ttl_seconds')} data-testid="policy-ttl" />
          <NumberInput label={t('cache.size')} value={size} onChange={setSize} min={0} hideControls thousandSeparator=" " error={at('most_bytes')} />
          <NumberInput label={t('cache.temperature')} value={temperature} onChange={setTemperature} min={0} max={2} step={0.1} placeholder={t('cache.any')} hideControls error={at('most_temperature')} />
        </div>
        {flag(t('cache.several'), t('cache.several.text'), several, setSeveral, 'policy-several')}
        {flag(t('cache.tools'), t('cache.tools.text'), toolCalls, setToolCalls, 'policy-tools')}
        {flag(t('cache.marks'), t('cache.marks.text'), marks, setMarks, 'policy-marks')}
        <NumberInput label={t('cache.trim')} description={t('cache.trim.text')} value={tokens} onChange={setTokens} min={1} allowDecimal={false} hideControls thousandSeparator=" " placeholder={t('cache.notrim')} error={at('prompt_most_tokens')} />
      </Form>
    </Modal>
  );
}
