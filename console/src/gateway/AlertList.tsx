import { Button, Modal, Select } from '@mantine/core';
import { IconBell, IconCheck, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { Alert } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import { Empty, Facts, Growing, Loaded, When } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { alertText } from './alertText';
import { choices, Sign, useSaving, word } from './parts';
import { useAlert, useAlerts, useChanged, usePrincipalNames } from './queries';
import style from './gateway.module.css';

export const alertKinds = ['budget', 'surge', 'provider'] as const;

export function AlertList() {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const kind = parameters.get('kind') ?? '';
  const state = parameters.get('state') ?? '';
  const list = useAlerts({ kind, state });
  const [shown, setShown] = useState<Alert>();
  const { error, save } = useSaving();
  const changed = useChanged('alerts');
  const set = (name: string, value: string | null) => setParameters((before) => {
    const after = new URLSearchParams(before);
    if (value) after.set(name, value);
    else after.delete(name);
    return after;
  });
  const acknowledge = (alert: Alert) => void save(async () => {
    await api.post(`alerts/${segment(alert.id)}/acknowledge`);
    await changed();
  });
  return (
    <>
      <div className={style.bar} role="search" aria-label={t('traces.filters')}>
        <Select size="xs" label={t('calls.kind')} value={kind} onChange={(value) => set('kind', value)} allowDeselect={false} data={[{ value: '', label: t('common.all') }, ...choices(t, 'alert.kind', alertKinds)]} />
        <Select size="xs" label={t('traces.status')} value={state} onChange={(value) => set('state', value)} allowDeselect={false} data={[{ value: '', label: t('common.all') }, ...choices(t, 'alert.state', ['open', 'acknowledged'])]} data-testid="alerts-state" />
      </div>
      {error && <ErrorPanel error={error} />}
      <Growing list={list} empty={kind || state ? <Empty icon={IconSearch} title={t('alerts.nomatch')} /> : <Empty icon={IconBell} title={t('alerts.empty')}>{t('alerts.empty.text')}</Empty>}>
        {(alerts) => <Table alerts={alerts} show={setShown} acknowledge={acknowledge} />}
      </Growing>
      {shown && <Detail alert={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

function Table({ alerts, show, acknowledge }: { alerts: Alert[]; show: (alert: Alert) => void; acknowledge: (alert: Alert) => void }) {
  const { t, format } = useLanguage();
  const { may } = useSession();
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('alerts.title')} data-testid="alerts">
        <thead><tr><th scope="col">{t('alerts.what')}</th><th scope="col">{t('calls.kind')}</th><th scope="col">{t('traces.status')}</th><th scope="col">{t('traces.when')}</th><th scope="col"><span className="g-visually-hidden">{t('alerts.acknowledge')}</span></th></tr></thead>
        <tbody>
          {alerts.map((one) => (
            <tr key={one.id} data-testid="alert-row">
              <td data-wide><b>{alertText(one, t, format)}</b></td>
              <td>{word(t, 'alert.kind', one.kind)}</td>
              <td><Sign prefix="alert.state" value={one.state} /></td>
              <td className={ui.nowrap}><When at={one.raised} /></td>
              <td className={ui.number}>
                <Button size="compact-xs" variant="subtle" onClick={() => show(one)} aria-label={`${t('alerts.details')}: ${alertText(one, t, format)}`} data-testid="alert-details">{t('alerts.details')}</Button>
                {one.state === 'open' && may('alerts.acknowledge') && <Button size="compact-xs" variant="subtle" leftSection={<IconCheck size={13} aria-hidden />} onClick={() => acknowledge(one)} aria-label={`${t('alerts.acknowledge')}: ${alertText(one, t, format)}`} data-testid="acknowledge">{t('alerts.acknowledge')}</Button>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Detail({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const { t, format } = useLanguage();
  const query = useAlert(alert.id);
  const { nameOf } = usePrincipalNames();
  return (
    <Modal opened onClose={onClose} title={alertText(alert, t, format)} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Loaded query={query}>
        {(one) => (
          <div data-testid="alert">
            <Facts facts={[
              [t('alerts.raised'), format.moment(one.raised)],
              [t('alerts.acknowledged'), one.acknowledged && `${format.moment(one.acknowledged)}${one.acknowledged_by ? ` · ${nameOf(one.acknowledged_by)}` : ''}`],
              [t('alerts.said'), one.title],
              ...Object.entries(one.detail).map(([name, value]): [string, string] => [name.replaceAll('_', ' '), typeof value === 'string' ? value : JSON.stringify(value)]),
            ]} />
            <h3 style={{ fontSize: '0.9rem', margin: '18px 0 8px' }}>{t('alerts.deliveries')}</h3>
            {(one.deliveries ?? []).length === 0 ? <p className={style.legend}>{t('alerts.deliveries.none')}</p> : (
              <table className={`${ui.table} ${ui.stack}`} aria-label={t('alerts.deliveries')}>
                <thead><tr><th scope="col">{t('channels.channel')}</th><th scope="col">{t('traces.status')}</th><th scope="col" className={ui.number}>{t('alerts.attempts')}</th><th scope="col">{t('trace.error')}</th></tr></thead>
                <tbody>{(one.deliveries ?? []).map((each) => <tr key={each.channel}><td>{each.channel}</td><td><Sign prefix="alert.delivery" value={each.state} /></td><td className={ui.number} data-label={t('alerts.attempts')}>{each.attempts}</td><td>{each.error}</td></tr>)}</tbody>
              </table>
            )}
          </div>
        )}
      </Loaded>
    </Modal>
  );
}
