import { Button } from '@mantine/core';
import { IconHeartRateMonitor } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { CredentialHealth, ModelHealth, Provider } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { Confirm, Empty, Facts, Loaded, Page, When } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { credentialText } from './CredentialInput';
import { Sign } from './parts';
import { presets } from './presets';
import { ProviderEditor } from './ProviderEditor';
import { useChanged, useProviderHealth, useProviders } from './queries';
import style from './gateway.module.css';

/** One provider: what was declared, and how it does as the answering node sees it. */
export default function ProviderPage() {
  const { t, format } = useLanguage();
  const { may } = useSession();
  const { provider: name = '' } = useParams();
  const [, go] = useLocation();
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const declared = useProviders().data?.find((one) => one.name === name);
  const health = useProviderHealth(name);
  const changed = useChanged('providers', 'models');
  const own = declared !== undefined && !declared.shared;
  const actions = own && may('providers.write') && (
    <>
      <Button variant="default" onClick={() => setEditing(true)} data-testid="provider-edit">{t('gw.edit')}</Button>
      <Button variant="default" color="red" onClick={() => setRemoving(true)} data-testid="provider-delete">{t('common.delete')}</Button>
    </>
  );
  return (
    <Page title={name} crumbs={[{ to: '/providers', label: t('providers.title') }]} lead={declared?.base_url} actions={actions}>
      {declared && <Declared provider={declared} />}
      <section className={style.section} aria-labelledby="health">
        <h2 id="health">{t('providers.health')}</h2>
        <p className={style.legend}>{t('providers.health.text')}</p>
        <Loaded query={health}>
          {(data) => (
            <div data-testid="health">
              {data.parallel !== undefined && <dl className={style.figures} style={{ margin: '8px 0 12px' }}>
                <div><dt>{t('providers.busy')}</dt><dd>{format.number(data.parallel)}{declared?.parallel_calls !== undefined && ` / ${format.number(declared.parallel_calls)}`}</dd></div>
                <div><dt>{t('providers.waiting')}</dt><dd>{format.number(data.waiting ?? 0)}{declared?.queue !== undefined && ` / ${format.number(declared.queue)}`}</dd></div>
              </dl>}
              {data.models.length === 0 ? <Empty icon={IconHeartRateMonitor} title={t('providers.quiet')}>{t('providers.quiet.text')}</Empty> : <Models models={data.models} />}
              {data.credentials.length > 0 && <Credentials credentials={data.credentials} />}
            </div>
          )}
        </Loaded>
      </section>
      {editing && <ProviderEditor name={name} onClose={() => setEditing(false)} />}
      {removing && (
        <Confirm title={t('providers.remove')} text={t('providers.remove.text', { name })} action={t('common.delete')} onClose={() => setRemoving(false)}
          run={async () => {
            await api.delete(`providers/${segment(name)}`);
            await changed();
            go('/providers');
          }} />
      )}
    </Page>
  );
}

function Declared({ provider }: { provider: Provider }) {
  const { t, format } = useLanguage();
  if (provider.shared) return <p className={style.legend}>{t('providers.shared.text')}</p>;
  return (
    <div className={style.panel}>
      <Facts facts={[
        [t('providers.dialect'), presets.find((preset) => preset.dialect === provider.dialect)?.label ?? provider.dialect],
        [t('providers.address'), <span key="address" className="g-mono">{provider.base_url}</span>],
        [t('providers.credential'), provider.credential && <span className="g-mono">{credentialText(t, provider.credential)}</span>],
        ...(provider.credentials ?? []).map((one): [string, string] => [one.name, [credentialText(t, one.credential),
          one.requests_per_minute !== undefined && `${t('limits.requests')} ${format.number(one.requests_per_minute)}`,
          one.tokens_per_minute !== undefined && `${t('limits.tokens')} ${format.number(one.tokens_per_minute)}`,
          one.parallel_calls !== undefined && `${t('limits.parallel')} ${format.number(one.parallel_calls)}`].filter(Boolean).join(' · ')]),
        [t('providers.parallel'), provider.parallel_calls],
        [t('providers.queue'), provider.queue],
        [t('providers.changed'), provider.changed && format.moment(provider.changed)],
      ]} />
    </div>
  );
}

function Models({ models }: { models: ModelHealth[] }) {
  const { t, format } = useLanguage();
  // A breaker that moved counts anew: of no calls there is no share.
  const percent = (of: number, counted: number) => (counted === 0 ? '–' : `${format.number(100 * of)} %`);
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('providers.health')} data-testid="model-health">
        <thead>
          <tr>
            <th scope="col">{t('traces.model')}</th><th scope="col">{t('providers.breaker')}</th><th scope="col" className={ui.number}>{t('providers.failures')}</th><th scope="col" className={ui.number}>{t('providers.slow')}</th>
            <th scope="col" className={ui.number}>{t('providers.latency')}</th><th scope="col" className={ui.number}>{t('providers.inflight')}</th><th scope="col" className={ui.number}>{t('providers.calls')}</th><th scope="col">{t('providers.last')}</th>
          </tr>
        </thead>
        <tbody>
          {models.map((one) => (
            <tr key={one.model} data-testid="model-row">
              <td data-wide><b className="g-mono">{one.model}</b></td>
              <td><Sign prefix="breaker" value={one.breaker} />{one.retry_in_millis !== undefined && <div className={ui.sub}>{t('providers.retry', { time: format.duration(one.retry_in_millis) })}</div>}</td>
              <td className={ui.number} data-label={t('providers.failures')} title={t('providers.of', { n: one.counted })}>{percent(one.failure_rate, one.counted)}</td>
              <td className={ui.number} data-label={t('providers.slow')}>{percent(one.slow_rate, one.counted)}</td>
              <td className={ui.number} data-label={t('providers.latency')}>{one.latency_millis === undefined ? '' : format.duration(one.latency_millis)}</td>
              <td className={ui.number} data-label={t('providers.inflight')}>{format.number(one.in_flight)}</td>
              <td className={ui.number} data-label={t('providers.calls')}>{format.number(one.calls)}</td>
              <td>{one.last_failure && <>{one.last_failure} {one.last_failure_at && <span className={ui.sub}><When at={one.last_failure_at} /></span>}</>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Credentials({ credentials }: { credentials: CredentialHealth[] }) {
  const { t, format } = useLanguage();
  return (
    <div className={`${style.section} ${ui.scroll}`}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('providers.credentials')} data-testid="credential-health">
        <thead><tr><th scope="col">{t('providers.credentials')}</th><th scope="col">{t('traces.status')}</th><th scope="col" className={ui.number}>{t('providers.inflight')}</th><th scope="col" className={ui.number}>{t('limits.requests')}</th><th scope="col" className={ui.number}>{t('limits.tokens')}</th></tr></thead>
        <tbody>
          {credentials.map((one) => (
            <tr key={one.name}>
              <td data-wide><b>{one.name}</b></td>
              <td>{one.rests_for_millis === undefined ? t('providers.inuse') : t('providers.rests', { time: format.duration(one.rests_for_millis) })}</td>
              <td className={ui.number} data-label={t('providers.inflight')}>{format.number(one.in_flight)}</td>
              <td className={ui.number} data-label={t('limits.requests')}>{format.number(one.requests_last_minute)}</td>
              <td className={ui.number} data-label={t('limits.tokens')}>{format.number(one.tokens_last_minute)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
