import { Button, Select, TextInput } from '@mantine/core';
import { IconFilter, IconListDetails, IconRefresh, IconSearch } from '@tabler/icons-react';
import { useMemo, useState, type FormEvent } from 'react';
import { Link, useSearchParams } from 'wouter';
import { segment } from '../api/address';
import type { Call } from '../api/types';
import { useLanguage } from '../i18n/language';
import { Empty, Growing, When } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { choices, Sign, tagsText, word } from './parts';
import { useCalls, usePrincipalNames } from './queries';

const periods = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;
const outcomes = ['succeeded', 'failed', 'cancelled', 'refused', 'unknown'] as const;
const typedFields = ['model', 'principal', 'tag'] as const;
type Field = (typeof typedFields)[number] | 'outcome' | 'period';

/** Calls on record, newest first. */
export function RecordedCalls() {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const value = (field: Field) => parameters.get(field) ?? '';
  const period = value('period');
  // Reckoned once per choice: a moving `from` would be a new list at every drawing.
  const from = useMemo(() => (period in periods ? new Date(Date.now() - periods[period as keyof typeof periods]).toISOString() : undefined), [period]);
  const list = useCalls({ from, outcome: value('outcome'), model: value('model'), principal: value('principal'), tag: value('tag') });
  const filtered = [...parameters.keys()].some((name) => name !== 'tab');
  const set = (changes: Partial<Record<Field, string>>) =>
    setParameters((before) => {
      const after = new URLSearchParams(before);
      for (const [field, chosen] of Object.entries(changes)) {
        if (chosen) after.set(field, chosen);
        else after.delete(field);
      }
      return after;
    });
  const [typed, setTyped] = useState({ model: value('model'), principal: value('principal'), tag: value('tag') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set(typed);
  };
  const field = (name: (typeof typedFields)[number], label: string, placeholder = '') => (
    <TextInput size="xs" label={label} placeholder={placeholder} value={typed[name]} onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })} onBlur={() => set(typed)} style={{ flex: '1 1 130px' }} data-testid={`calls-${name}`} />
  );
  return (
    <>
      <form className={ui.filters} onSubmit={submit} role="search" aria-label={t('traces.filters')}>
        <Select size="xs" label={t('traces.period')} value={period} onChange={(chosen) => set({ period: chosen ?? '' })} allowDeselect={false} style={{ flex: '1 1 120px' }}
          data={[{ value: '', label: t('traces.period.all') }, { value: 'hour', label: t('traces.period.hour') }, { value: 'day', label: t('traces.period.day') }, { value: 'week', label: t('traces.period.week') }]} />
        <Select size="xs" label={t('calls.outcome')} value={value('outcome')} onChange={(chosen) => set({ outcome: chosen ?? '' })} allowDeselect={false} style={{ flex: '1 1 110px' }} data-testid="calls-outcome"
          data={[{ value: '', label: t('common.all') }, ...choices(t, 'call.outcome', outcomes)]} />
        {field('model', t('calls.answered'), 'provider/model')}
        {field('principal', t('traces.principal'))}
        {field('tag', t('traces.tag'), t('traces.tag.text'))}
        <Button type="submit" size="xs" variant="default" leftSection={<IconFilter size={14} aria-hidden />} data-testid="calls-filter">{t('common.filter')}</Button>
        {filtered && <Button size="xs" variant="subtle" color="gray" onClick={() => {
          setTyped({ model: '', principal: '', tag: '' });
          setParameters({ tab: 'recorded' });
        }}>{t('common.clear')}</Button>}
        <Button size="xs" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} loading={list.isRefetching} onClick={() => void list.refetch()}>{t('common.refresh')}</Button>
      </form>
      <Growing list={list} empty={filtered ? <Empty icon={IconSearch} title={t('calls.nomatch')} /> : <Empty icon={IconListDetails} title={t('calls.empty')}>{t('calls.empty.text')}</Empty>}>
        {(calls) => <CallTable calls={calls} />}
      </Growing>
    </>
  );
}

export function CallTable({ calls }: { calls: Call[] }) {
  const { t, format } = useLanguage();
  const { nameOf } = usePrincipalNames();
  const tokens = (call: Call) => (call.input_tokens === undefined && call.output_tokens === undefined ? '' : `${call.input_tokens === undefined ? '?' : format.number(call.input_tokens)} → ${call.output_tokens === undefined ? '?' : format.number(call.output_tokens)}`);
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('calls.recorded')} data-testid="calls">
        <thead>
          <tr>
            <th scope="col">{t('calls.model')}</th><th scope="col">{t('calls.outcome')}</th><th scope="col">{t('calls.kind')}</th><th scope="col">{t('traces.principal')}</th>
            <th scope="col" className={ui.number}>{t('trace.tokens')}</th><th scope="col" className={ui.number}>{t('traces.cost')}</th><th scope="col" className={ui.number}>{t('traces.took')}</th><th scope="col">{t('traces.when')}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={call.id} data-testid="call-row">
              <td data-wide>
                <Link href={`/calls/${segment(call.id)}`}>{call.requested || call.model || call.id}</Link>
                <div className={ui.sub}>{[call.model !== call.requested && call.model, tagsText(call.tags)].filter(Boolean).join(' · ')}</div>
              </td>
              <td><Sign prefix="call.outcome" value={call.outcome ?? 'unknown'} />{call.error && <div className={`${ui.sub} g-mono`}>{call.error}</div>}</td>
              <td>{word(t, 'call.kind', call.kind)}</td>
              <td>{call.principal && nameOf(call.principal)}</td>
              <td className={ui.number}>{tokens(call)}</td>
              <td className={ui.number}>{call.cost_usd === undefined ? '' : format.usd(call.cost_usd)}</td>
              <td className={ui.number}>{call.took_ms === undefined ? '' : format.duration(call.took_ms)}</td>
              <td className={ui.nowrap}><When at={call.at} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
