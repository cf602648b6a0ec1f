import { Button } from '@mantine/core';
import { IconPlus, IconServer2 } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { Provider } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { Confirm, Empty, Loaded, Page, When } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { credentialText } from './CredentialInput';
import { Sign } from './parts';
import { presets, worst } from './presets';
import { ProviderEditor } from './ProviderEditor';
import { useChanged, useProviderHealth, useProviders } from './queries';

export default function Providers() {
  const { t } = useLanguage();
  const { may } = useSession();
  const query = useProviders();
  const [editing, setEditing] = useState<string>();
  const [removing, setRemoving] = useState<Provider>();
  const changed = useChanged('providers', 'models');
  const add = may('providers.write') && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEditing('')} data-testid="new-provider">{t('providers.new')}</Button>;
  return (
    <Page title={t('providers.title')} lead={t('providers.lead')} actions={add}>
      <Loaded query={query}>
        {(providers) => providers.length === 0
          ? <Empty icon={IconServer2} title={t('providers.empty')} actions={add}>{t('providers.empty.text')}</Empty>
          : <Table providers={providers} change={may('providers.write') ? { edit: setEditing, remove: setRemoving } : undefined} />}
      </Loaded>
      {editing !== undefined && <ProviderEditor name={editing} onClose={() => setEditing(undefined)} />}
      {removing && (
        <Confirm title={t('providers.remove')} text={t('providers.remove.text', { name: removing.name })} action={t('common.delete')} onClose={() => setRemoving(undefined)}
          run={async () => {
            await api.delete(`providers/${segment(removing.name)}`);
            await changed();
          }} />
      )}
    </Page>
  );
}

interface Change {
  edit: (name: string) => void;
  remove: (provider: Provider) => void;
}

function Table({ providers, change }: { providers: Provider[]; change: Change | undefined }) {
  const { t, format } = useLanguage();
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('providers.title')} data-testid="providers">
        <thead>
          <tr>
            <th scope="col">{t('providers.name')}</th><th scope="col">{t('providers.health')}</th><th scope="col">{t('providers.dialect')}</th><th scope="col">{t('providers.credentials')}</th><th scope="col" className={ui.number}>{t('providers.parallel')}</th><th scope="col">{t('keys.created')}</th>
            <th scope="col"><span className="g-visually-hidden">{t('gw.edit')}</span></th>
          </tr>
        </thead>
        <tbody>
          {providers.map((one) => (
            <tr key={one.name} data-testid="provider-row">
              <td data-wide><Link href={`/providers/${segment(one.name)}`}>{one.name}</Link><div className={ui.sub}>{one.base_url}</div></td>
              <td><Health provider={one.name} /></td>
              <td>{one.shared ? t('providers.shared') : (presets.find((preset) => preset.dialect === one.dialect)?.label ?? one.dialect)}</td>
              <td className="g-mono">{[one.credential, ...(one.credentials ?? []).map((each) => each.credential)].flatMap((each) => (each ? [credentialText(t, each)] : [])).join(', ')}</td>
              <td className={ui.number}>{one.parallel_calls === undefined ? '' : format.number(one.parallel_calls)}</td>
              <td>{one.created && <When at={one.created} />}</td>
              <td className={ui.number}>{change && !one.shared && (
                <>
                  <Button size="compact-xs" variant="subtle" onClick={() => change.edit(one.name)} aria-label={`${t('gw.edit')}: ${one.name}`} data-testid="provider-edit">{t('gw.edit')}</Button>
                  <Button size="compact-xs" variant="subtle" color="red" onClick={() => change.remove(one)} aria-label={`${t('common.delete')}: ${one.name}`} data-testid="provider-delete">{t('common.delete')}</Button>
                </>
              )}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Health({ provider }: { provider: string }) {
  const { t } = useLanguage();
  const { data, error } = useProviderHealth(provider, true, 10_000);
  if (error) return <span className={ui.sub}>{t('common.unknown')}</span>;
  const state = worst((data?.models ?? []).map((model) => model.breaker));
  return state === undefined ? <span className={ui.sub}>{data ? t('providers.quiet') : ''}</span> : <Sign prefix="breaker" value={state} />;
}
