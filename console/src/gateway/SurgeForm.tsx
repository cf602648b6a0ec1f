import { NumberInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../api/client';
import type { Surge } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { Loaded } from '../ui/parts';
import { plain } from './amounts';
import { fieldErrors, numberOf } from './fields';
import { Form, useSaving } from './parts';
import { useChanged, useSurge } from './queries';
import style from './gateway.module.css';

/** When spend counts as unusual. */
export function SurgeForm() {
  const query = useSurge();
  return <Loaded query={query}>{({ thing, tag }) => <Fields key={tag} surge={thing} tag={tag} />}</Loaded>;
}

function Fields({ surge, tag }: { surge: Surge; tag: string | undefined }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const [, go] = useLocation();
  const { busy, error, save } = useSaving();
  const changed = useChanged('surge');
  const at = fieldErrors(error);
  const [enabled, setEnabled] = useState(surge.enabled);
  const [score, setScore] = useState<number | string>(surge.score);
  const [least, setLeast] = useState(plain(surge.least_usd));
  const [keys, setKeys] = useState(surge.keys);
  const [routes, setRoutes] = useState(surge.routes);
  const submit = () => save(async () => {
    await api.put('surge', { enabled, score: numberOf(score), least_usd: least.trim(), keys, routes }, tag);
    await changed();
    go('/alerts');
  });
  return (
    <Form busy={busy} error={error} onSubmit={() => void submit()} onCancel={() => go('/alerts')} action={t('gw.save')} readOnly={!may('alerts.write')} testId="surge-form">
      <Switch label={t('surge.enabled')} description={t('surge.text')} checked={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} data-testid="surge-enabled" />
      <div className={style.row}>
        <NumberInput label={t('surge.score')} description={t('surge.score.text')} value={score} onChange={setScore} min={2} max={100} hideControls error={at('score')} />
        <TextInput label={t('surge.least')} description={t('surge.least.text')} value={least} onChange={(event) => setLeast(event.currentTarget.value)} inputMode="decimal" error={at('least_usd')} data-testid="surge-least" />
      </div>
      <Switch label={t('surge.keys')} checked={keys} onChange={(event) => setKeys(event.currentTarget.checked)} />
      <Switch label={t('surge.routes')} checked={routes} onChange={(event) => setRoutes(event.currentTarget.checked)} />
    </Form>
  );
}
