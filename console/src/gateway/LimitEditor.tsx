import { Modal, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { Limit, ScopeKind } from '../api/gateway';
import { useLanguage } from '../i18n/language';
import { Loaded } from '../ui/parts';
import { scopeFor, scopeOf } from './amounts';
import { fieldErrors, isSlug, numberOf } from './fields';
import { Form, useSaving } from './parts';
import { useChanged, useLimit } from './queries';
import { ScopeFields } from './ScopeFields';
import style from './gateway.module.css';

/** Declares limits (`name` empty) or changes their numbers; a number that is left out is no longer limited. */
export function LimitEditor({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useLanguage();
  const query = useLimit(name, name !== '');
  return (
    <Modal opened onClose={onClose} title={name === '' ? t('limits.new') : `${t('gw.edit')}: ${name}`} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      {name === '' ? <Fields onClose={onClose} /> : <Loaded query={query}>{({ thing, tag }) => <Fields key={tag} limit={thing} tag={tag} onClose={onClose} />}</Loaded>}
    </Modal>
  );
}

function Fields({ limit, tag, onClose }: { limit?: Limit; tag?: string | undefined; onClose: () => void }) {
  const { t } = useLanguage();
  const { busy, error, save } = useSaving();
  const changed = useChanged('limits');
  const at = fieldErrors(error);
  const scope = scopeOf(limit?.scope ?? { tenant: 'own' });
  const [name, setName] = useState(limit?.name ?? '');
  const [kind, setKind] = useState<ScopeKind>(scope.kind);
  const [whose, setWhose] = useState(scope.name);
  const [requests, setRequests] = useState<number | string>(limit?.requests_per_minute ?? '');
  const [tokens, setTokens] = useState<number | string>(limit?.tokens_per_minute ?? '');
  const [parallel, setParallel] = useState<number | string>(limit?.parallel_calls ?? '');
  const submit = () => save(async () => {
    const numbers = { requests_per_minute: numberOf(requests), tokens_per_minute: numberOf(tokens), parallel_calls: numberOf(parallel) };
    if (limit) await api.put(`limits/${segment(limit.name)}`, numbers, tag);
    else await api.post('limits', { ...numbers, name: name.trim(), scope: scopeFor(kind, whose) });
    await changed();
    onClose();
  });
  return (
    <Form busy={busy} error={error} onSubmit={() => void submit()} onCancel={onClose} action={limit ? t('gw.save') : t('common.create')} disabled={!isSlug(name.trim())} testId="limit-form">
      <div className={style.row}>
        <TextInput label={t('routes.name')} value={name} onChange={(event) => setName(event.currentTarget.value)} disabled={limit !== undefined} error={at('name')} required autoComplete="off" data-testid="limit-name" />
        <ScopeFields kind={kind} name={whose} fixed={limit !== undefined} at={at} set={(chosen, named) => {
          setKind(chosen);
          setWhose(named);
        }} />
      </div>
      <div className={style.row}>
        <NumberInput label={t('limits.requests')} value={requests} onChange={setRequests} min={1} allowDecimal={false} hideControls placeholder={t('keys.limit.none')} error={at('requests_per_minute')} data-testid="limit-requests" />
        <NumberInput label={t('limits.tokens')} value={tokens} onChange={setTokens} min={1} allowDecimal={false} hideControls placeholder={t('keys.limit.none')} error={at('tokens_per_minute')} />
        <NumberInput label={t('limits.parallel')} value={parallel} onChange={setParallel} min={1} allowDecimal={false} hideControls placeholder={t('keys.limit.none')} error={at('parallel_calls')} />
      </div>
    </Form>
  );
}
