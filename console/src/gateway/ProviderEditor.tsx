import { ActionIcon, Button, Modal, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { Provider } from '../api/gateway';
import { useLanguage } from '../i18n/language';
import { Loaded } from '../ui/parts';
import { CredentialInput, useByReference } from './CredentialInput';
import { fieldErrors, type FieldError } from './fields';
import { Form, useSaving } from './parts';
import { presets } from './presets';
import { changeBody, createBody, draftOf, emptyCredential, isReady, type CredentialDraft, type ProviderDraft } from './providerDraft';
import { useChanged, useProvider } from './queries';
import style from './gateway.module.css';

/** Declares a provider (`name` empty), where a preset fills in what its vendor publishes, or changes one. */
export function ProviderEditor({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useLanguage();
  const query = useProvider(name, name !== '');
  return (
    <Modal opened onClose={onClose} title={name === '' ? t('providers.new') : `${t('gw.edit')}: ${name}`} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      {name === '' ? <Fields onClose={onClose} /> : <Loaded query={query}>{({ thing, tag }) => <Fields key={tag} provider={thing} tag={tag} onClose={onClose} />}</Loaded>}
    </Modal>
  );
}

function fresh(byReference: boolean): ProviderDraft {
  const preset = presets[0];
  return { name: preset?.dialect ?? '', dialect: preset?.dialect ?? '', address: preset?.address ?? '', credential: byReference && preset ? `env:${preset.variable}` : '', without: false, parallel: '', queue: '', more: [] };
}

function Fields({ provider, tag, onClose }: { provider?: Provider; tag?: string | undefined; onClose: () => void }) {
  const { t } = useLanguage();
  const { busy, error, save } = useSaving();
  const changed = useChanged('providers', 'models', 'provider-health');
  const at = fieldErrors(error);
  const byReference = useByReference();
  const [draft, setDraft] = useState(() => (provider ? draftOf(provider) : fresh(byReference)));
  const set = (changes: Partial<ProviderDraft>) => setDraft({ ...draft, ...changes });
  const preset = presets.find((one) => one.dialect === draft.dialect);

  const choose = (chosen: string | null) => {
    const next = presets.find((one) => one.dialect === chosen);
    if (!next) return;
    if (provider) set({ dialect: next.dialect });
    else set({ dialect: next.dialect, name: next.dialect, address: next.address, ...(byReference && { credential: next.variable && `env:${next.variable}` }) });
  };
  const change = (row: number, changes: Partial<CredentialDraft>) => set({ more: draft.more.map((one) => (one.row === row ? { ...one, ...changes } : one)) });
  const submit = () => save(async () => {
    if (provider) await api.put(`providers/${segment(provider.name)}`, changeBody(draft), tag);
    else await api.post('providers', createBody(draft));
    await changed();
    onClose();
  });
  return (
    <Form busy={busy} error={error} onSubmit={() => void submit()} onCancel={onClose} action={provider ? t('gw.save') : t('common.create')} disabled={!isReady(draft, byReference)} testId="provider-form">
      {provider && <p className={style.legend}>{t('providers.change.text')}</p>}
      <div className={style.row}>
        <Select label={t('providers.dialect')} description={provider ? undefined : t('providers.dialect.text')} value={draft.dialect} onChange={choose} allowDeselect={false} searchable data={presets.map((one) => ({ value: one.dialect, label: one.label }))} error={at('dialect')} data-testid="provider-dialect" />
        <TextInput label={t('providers.name')} description={provider ? undefined : t('providers.name.text')} value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} disabled={provider !== undefined} error={at('name')} required autoComplete="off" data-testid="provider-name" />
      </div>
      <TextInput label={t('providers.address')} type="url" value={draft.address} onChange={(event) => set({ address: event.currentTarget.value })} error={at('base_url')} required={!preset?.known} autoComplete="off" data-testid="provider-address" />
      <CredentialInput value={draft.credential} onChange={(value) => set({ credential: value })} kept={provider?.credential} disabled={draft.without} error={at('credential')} testId="provider-credential" />
      {provider?.credential && <Switch label={t('providers.without')} checked={draft.without} onChange={(event) => set({ without: event.currentTarget.checked })} data-testid="provider-without" />}
      {draft.more.map((one, index) => (
        <More key={one.row} one={one} index={index} at={at} kept={one.kept ? provider?.credentials?.find((each) => each.name === one.name)?.credential : undefined} change={(changes) => change(one.row, changes)}
          remove={() => set({ more: draft.more.filter((each) => each.row !== one.row) })} />
      ))}
      <div><Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => set({ more: [...draft.more, emptyCredential()] })} data-testid="provider-more">{t('providers.more')}</Button></div>
      <div className={style.row}>
        <NumberInput label={t('providers.parallel')} description={t('providers.parallel.text')} value={draft.parallel} onChange={(value) => set({ parallel: value })} min={1} allowDecimal={false} hideControls error={at('parallel_calls')} data-testid="provider-parallel" />
        <NumberInput label={t('providers.queue')} description={t('providers.queue.text')} value={draft.queue} onChange={(value) => set({ queue: value })} min={0} allowDecimal={false} hideControls disabled={draft.parallel === ''} error={at('queue')} />
      </div>
    </Form>
  );
}

function More({ one, index, at, kept, change, remove }: { one: CredentialDraft; index: number; at: FieldError; kept: string | undefined; change: (changes: Partial<CredentialDraft>) => void; remove: () => void }) {
  const { t } = useLanguage();
  const title = t('providers.more.n', { n: index + 2 });
  return (
    <fieldset className={style.target} data-testid="provider-other">
      <legend>{title}</legend>
      <div className={style.row}>
        <TextInput label={t('providers.name')} value={one.name} onChange={(event) => change({ name: event.currentTarget.value })} disabled={one.kept} error={at(`credentials[${index}].name`)} required />
        <CredentialInput value={one.credential} onChange={(value) => change({ credential: value })} kept={kept} error={at(`credentials[${index}].credential`)} required={!one.kept} />
      </div>
      <div className={style.row}>
        <NumberInput label={t('limits.requests')} value={one.requests} onChange={(value) => change({ requests: value })} min={1} allowDecimal={false} hideControls error={at(`credentials[${index}].requests_per_minute`)} />
        <NumberInput label={t('limits.tokens')} value={one.tokens} onChange={(value) => change({ tokens: value })} min={1} allowDecimal={false} hideControls error={at(`credentials[${index}].tokens_per_minute`)} />
        <NumberInput label={t('limits.parallel')} value={one.parallel} onChange={(value) => change({ parallel: value })} min={1} allowDecimal={false} hideControls error={at(`credentials[${index}].parallel_calls`)} />
      </div>
      <div className={style.tools}><ActionIcon variant="subtle" color="red" onClick={remove} aria-label={`${t('common.delete')}: ${one.name || title}`}><IconTrash size={16} /></ActionIcon></div>
    </fieldset>
  );
}
