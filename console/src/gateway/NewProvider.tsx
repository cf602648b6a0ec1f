import { ActionIcon, Button, Modal, NumberInput, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '../api/client';
import { useLanguage } from '../i18n/language';
import { badReference, CredentialInput, useByReference } from './CredentialInput';
import { fieldErrors, filled, isSlug, numberOf } from './fields';
import { Form, useSaving } from './parts';
import { presets } from './presets';
import { useChanged } from './queries';
import style from './gateway.module.css';

interface MoreDraft {
  row: number;
  name: string;
  credential: string;
  requests: number | string;
  tokens: number | string;
  parallel: number | string;
}

let rows = 0;

/** Declares a provider: a preset fills in what its vendor publishes. */
export function NewProvider({ onClose }: { onClose: () => void }) {
  const { t } = useLanguage();
  const { busy, error, save } = useSaving();
  const changed = useChanged('providers', 'models');
  const at = fieldErrors(error);
  const byReference = useByReference();
  const [dialect, setDialect] = useState('openai');
  const preset = presets.find((one) => one.dialect === dialect);
  const [name, setName] = useState('openai');
  const [address, setAddress] = useState(preset?.address ?? '');
  const [credential, setCredential] = useState(byReference ? 'env:OPENAI_API_KEY' : '');
  const [parallel, setParallel] = useState<number | string>('');
  const [queue, setQueue] = useState<number | string>('');
  const [more, setMore] = useState<MoreDraft[]>([]);
  const wrong = byReference && [credential, ...more.map((one) => one.credential)].some(badReference);

  const choose = (chosen: string | null) => {
    const next = presets.find((one) => one.dialect === chosen);
    if (!next) return;
    setDialect(next.dialect);
    setName(next.dialect);
    setAddress(next.address);
    if (byReference) setCredential(next.variable && `env:${next.variable}`);
  };
  const change = (row: number, changes: Partial<MoreDraft>) => setMore(more.map((one) => (one.row === row ? { ...one, ...changes } : one)));
  const submit = () => save(async () => {
    await api.post('providers', filled({
      name: name.trim(), dialect, base_url: address.trim(), credential: credential.trim(), parallel_calls: numberOf(parallel), queue: numberOf(queue),
      credentials: more.map((one) => filled({ name: one.name.trim(), credential: one.credential.trim(), requests_per_minute: numberOf(one.requests), tokens_per_minute: numberOf(one.tokens), parallel_calls: numberOf(one.parallel) })),
    }));
    await changed();
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={t('providers.new')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Form busy={busy} error={error} onSubmit={() => void submit()} onCancel={onClose} action={t('common.create')} disabled={!isSlug(name.trim()) || wrong} testId="provider-form">
        <div className={style.row}>
          <Select label={t('providers.dialect')} description={t('providers.dialect.text')} value={dialect} onChange={choose} allowDeselect={false} searchable data={presets.map((one) => ({ value: one.dialect, label: one.label }))} error={at('dialect')} data-testid="provider-dialect" />
          <TextInput label={t('providers.name')} description={t('providers.name.text')} value={name} onChange={(event) => setName(event.currentTarget.value)} error={at('name')} required autoComplete="off" data-testid="provider-name" />
        </div>
        <TextInput label={t('providers.address')} type="url" value={address} onChange={(event) => setAddress(event.currentTarget.value)} error={at('base_url')} required={!preset?.known} autoComplete="off" data-testid="provider-address" />
        <CredentialInput value={credential} onChange={setCredential} error={at('credential')} testId="provider-credential" />
        {more.map((one, index) => (
          <fieldset key={one.row} className={style.target}>
            <legend>{t('providers.more.n', { n: index + 2 })}</legend>
            <div className={style.row}>
              <TextInput label={t('providers.name')} value={one.name} onChange={(event) => change(one.row, { name: event.currentTarget.value })} error={at(`credentials[${index}].name`)} required />
              <CredentialInput value={one.credential} onChange={(value) => change(one.row, { credential: value })} error={at(`credentials[${index}].credential`)} required />
            </div>
            <div className={style.row}>
              <NumberInput label={t('limits.requests')} value={one.requests} onChange={(value) => change(one.row, { requests: value })} min={1} allowDecimal={false} hideControls error={at(`credentials[${index}].requests_per_minute`)} />
              <NumberInput label={t('limits.tokens')} value={one.tokens} onChange={(value) => change(one.row, { tokens: value })} min={1} allowDecimal={false} hideControls error={at(`credentials[${index}].tokens_per_minute`)} />
              <NumberInput label={t('limits.parallel')} value={one.parallel} onChange={(value) => change(one.row, { parallel: value })} min={1} allowDecimal={false} hideControls error={at(`credentials[${index}].parallel_calls`)} />
            </div>
            <div className={style.tools}><ActionIcon variant="subtle" color="red" onClick={() => setMore(more.filter((each) => each.row !== one.row))} aria-label={`${t('common.delete')}: ${one.name || t('providers.more.n', { n: index + 2 })}`}><IconTrash size={16} /></ActionIcon></div>
          </fieldset>
        ))}
        <div><Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setMore([...more, { row: ++rows, name: '', credential: '', requests: '', tokens: '', parallel: '' }])}>{t('providers.more')}</Button></div>
        <div className={style.row}>
          <NumberInput label={t('providers.parallel')} description={t('providers.parallel.text')} value={parallel} onChange={setParallel} min={1} allowDecimal={false} hideControls error={at('parallel_calls')} />
          <NumberInput label={t('providers.queue')} description={t('providers.queue.text')} value={queue} onChange={setQueue} min={0} allowDecimal={false} hideControls disabled={parallel === ''} error={at('queue')} />
        </div>
      </Form>
    </Modal>
  );
}
