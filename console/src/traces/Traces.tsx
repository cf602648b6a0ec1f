import { Badge, Button, Select, TextInput } from '@mantine/core';
import { IconFilter, IconRefresh, IconSearch, IconTimeline } from '@tabler/icons-react';
import { useMemo, useState, type FormEvent } from 'react';
import { Link, useSearchParams } from 'wouter';
import { segment } from '../api/address';
import { useModels, useTraces } from '../api/queries';
import { useSession } from '../api/session';
import type { TraceSummary } from '../api/types';
import { useLanguage } from '../i18n/language';
import { Empty, Growing, Page, When } from '../ui/parts';
import ui from '../ui/ui.module.css';

const periods = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;
const fields = ['status', 'model', 'principal', 'tag', 'text', 'period'] as const;
type Field = (typeof fields)[number];

/** The filters live in the address, so that a list can be sent to someone and the way back keeps it. */
export default function Traces() {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const value = (field: Field) => parameters.get(field) ?? '';
  const period = value('period');
  // Reckoned once per choice: a moving `from` would be a new list at every drawing.
  const from = useMemo(() => (period in periods ? new Date(Date.now() - periods[period as keyof typeof periods]).toISOString() : undefined), [period]);
  const list = useTraces({ from, status: value('status'), model: value('model'), principal: value('principal'), tag: value('tag'), text: value('text') });
  const filtered = fields.some((field) => value(field) !== '');
  const set = (changes: Partial<Record<Field, string>>) =>
    setParameters((before) => {
      const after = new URLSearchParams(before);
      for (const [field, chosen] of Object.entries(changes)) {
        if (chosen) after.set(field, chosen);
        else after.delete(field);
      }
      return after;
    });

  const refresh = <Button variant="default" size="sm" leftSection={<IconRefresh size={16} aria-hidden />} loading={list.isRefetching} onClick={() => void list.refetch()}>{t('common.refresh')}</Button>;
  return (
    <Page title={t('traces.title')} lead={t('traces.lead')} actions={refresh}>
      <Filters value={value} set={set} filtered={filtered} clear={() => setParameters({})} />
      <Growing list={list} empty={filtered ? <Empty icon={IconSearch} title={t('traces.nomatch')} /> : <Empty icon={IconTimeline} title={t('traces.empty.title')}>{t('traces.empty.text')}</Empty>}>
        {(traces) => <Table traces={traces} />}
      </Growing>
    </Page>
  );
}

function Filters({ value, set, filtered, clear }: { value: (field: Field) => string; set: (changes: Partial<Record<Field, string>>) => void; filtered: boolean; clear: () => void }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const models = useModels(may('models.read'));
  const [typed, setTyped] = useState({ text: value('text'), principal: value('principal'), tag: value('tag') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set(typed);
  };
  const field = (name: keyof typeof typed, label: string, placeholder: string) => (
    <TextInput size="xs" label={label} placeholder={placeholder} value={typed[name]} onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })} onBlur={() => set(typed)}
      style={{ flex: name === 'text' ? '2 1 180px' : '1 1 110px' }} data-testid={`traces-${name}`} />
  );
  const names = [...new Set([...(models.data ?? []).map((model) => model.name), value('model')])].filter(Boolean);
  return (
    <form className={ui.filters} onSubmit={submit} role="search" aria-label={t('traces.filters')}>
      {field('text', t('traces.text'), t('traces.text.text'))}
      <Select size="xs" label={t('traces.period')} value={value('period')} onChange={(chosen) => set({ period: chosen ?? '' })} allowDeselect={false} style={{ flex: '1 1 120px' }}
        data={[{ value: '', label: t('traces.period.all') }, { value: 'hour', label: t('traces.period.hour') }, { value: 'day', label: t('traces.period.day') }, { value: 'week', label: t('traces.period.week') }]} />
      <Select size="xs" label={t('traces.status')} value={value('status')} onChange={(chosen) => set({ status: chosen ?? '' })} allowDeselect={false} style={{ flex: '1 1 90px' }} data-testid="traces-status"
        data={[{ value: '', label: t('common.all') }, { value: 'ok', label: t('traces.status.ok') }, { value: 'error', label: t('traces.status.error') }]} />
      <Select size="xs" label={t('traces.model')} value={value('model')} onChange={(chosen) => set({ model: chosen ?? '' })} allowDeselect={false} searchable style={{ flex: '1 1 150px' }}
        data={[{ value: '', label: t('common.all') }, ...names.map((name) => ({ value: name, label: name }))]} />
      {field('principal', t('traces.principal'), '')}
      {field('tag', t('traces.tag'), t('traces.tag.text'))}
      <Button type="submit" size="xs" variant="default" leftSection={<IconFilter size={14} aria-hidden />} data-testid="traces-filter">{t('common.filter')}</Button>
      {filtered && <Button size="xs" variant="subtle" color="gray" onClick={() => {
        setTyped({ text: '', principal: '', tag: '' });
        clear();
      }}>{t('common.clear')}</Button>}
    </form>
  );
}

function Table({ traces }: { traces: TraceSummary[] }) {
  const { t, format } = useLanguage();
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('traces.table')} data-testid="traces">
        <thead>
          <tr>
            <th scope="col">{t('traces.name')}</th><th scope="col">{t('traces.status')}</th><th scope="col">{t('traces.model')}</th><th scope="col">{t('traces.principal')}</th>
            <th scope="col" className={ui.number}>{t('traces.took')}</th><th scope="col" className={ui.number}>{t('traces.cost')}</th><th scope="col">{t('traces.when')}</th>
          </tr>
        </thead>
        <tbody>
          {traces.map((one) => (
            <tr key={one.trace} data-testid="trace-row">
              <td data-wide>
                <Link href={`/traces/${segment(one.trace)}`}>{one.text || one.name}</Link>
                <div className={ui.sub}>{[one.text && one.name, ...Object.entries(one.tags ?? {}).map(([name, tag]) => `${name}=${tag}`)].filter(Boolean).join(' · ')}</div>
              </td>
              <td><TraceStatus status={one.status} error={one.error} /></td>
              <td className="g-mono">{one.model ?? ''}</td>
              <td>{one.principal ?? ''}</td>
              <td className={ui.number}>{one.took_ms === undefined ? '' : format.duration(one.took_ms)}</td>
              <td className={ui.number}>{one.cost_usd === undefined ? '' : format.usd(one.cost_usd)}</td>
              <td className={ui.nowrap}><When at={one.start} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function TraceStatus({ status, error }: { status: string; error?: string | undefined }) {
  const { t } = useLanguage();
  const failed = status === 'error';
  return <Badge color={failed ? 'red' : 'petrol'} fw={550} data-testid="trace-status">{failed ? (error ?? t('traces.status.error')) : t('traces.status.ok')}</Badge>;
}
