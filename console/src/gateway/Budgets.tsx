import { Button, Tabs } from '@mantine/core';
import { IconGauge, IconPlus, IconWallet } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { Budget, Limit } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { Confirm, Empty, Loaded, Page, When } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { inTokens, percents, scopeOf, share, shareOf } from './amounts';
import { BudgetEditor } from './BudgetEditor';
import { LimitEditor } from './LimitEditor';
import { Gauge, word } from './parts';
import { useBudgets, useChanged, useLimits } from './queries';
import style from './gateway.module.css';

/** Who may spend how much, and what is left of it. */
export default function Budgets() {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const tab = parameters.get('tab') === 'limits' ? 'limits' : 'budgets';
  return (
    <Page title={t('budgets.title')} lead={t('budgets.lead')}>
      <Tabs value={tab} onChange={(chosen) => setParameters(chosen === 'limits' ? { tab: 'limits' } : {})} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="budgets">{t('budgets.tab')}</Tabs.Tab>
          <Tabs.Tab value="limits" data-testid="tab-limits">{t('limits.tab')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="budgets"><BudgetList /></Tabs.Panel>
        <Tabs.Panel value="limits"><LimitList /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function useScopeText(): (thing: { scope: Budget['scope'] }) => string {
  const { t } = useLanguage();
  return ({ scope }) => {
    const { kind, name } = scopeOf(scope);
    return kind === 'tenant' ? t('scope.tenant') : `${word(t, 'scope', kind)} ${name}`;
  };
}

function BudgetList() {
  const { t } = useLanguage();
  const { may } = useSession();
  const query = useBudgets();
  const changed = useChanged('budgets');
  const [editing, setEditing] = useState<string>();
  const [removing, setRemoving] = useState<Budget>();
  const add = may('budgets.write') && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEditing('')} data-testid="new-budget">{t('budgets.new')}</Button>;
  return (
    <>
      <Loaded query={query}>
        {(budgets) => budgets.length === 0 ? <Empty icon={IconWallet} title={t('budgets.empty')} actions={add}>{t('budgets.empty.text')}</Empty> : (
          <>
            <div className={style.end} style={{ marginBottom: 12 }}>{add}</div>
            <ul className={style.cards} data-testid="budgets">
              {budgets.map((budget) => <BudgetCard key={budget.name} budget={budget} edit={may('budgets.write') ? () => setEditing(budget.name) : undefined} remove={() => setRemoving(budget)} />)}
            </ul>
          </>
        )}
      </Loaded>
      {editing !== undefined && <BudgetEditor name={editing} onClose={() => setEditing(undefined)} />}
      {removing && (
        <Confirm title={t('budgets.remove')} text={t('budgets.remove.text', { name: removing.name })} action={t('common.delete')} onClose={() => setRemoving(undefined)}
          run={async () => {
            await api.delete(`budgets/${segment(removing.name)}`);
            await changed();
          }} />
      )}
    </>
  );
}

function BudgetCard({ budget, edit, remove }: { budget: Budget; edit: (() => void) | undefined; remove: () => void }) {
  const { t, format } = useLanguage();
  const scopeText = useScopeText();
  const tokens = inTokens(budget);
  const amount = (usd: string | undefined, count: number | undefined) => (tokens ? t('budgets.tokens', { n: format.number(count ?? 0) }) : format.usd(usd ?? '0'));
  const part = shareOf(budget);
  const spent = amount(budget.spent_usd, budget.spent_tokens);
  const reserved = amount(budget.reserved_usd, budget.reserved_tokens);
  const left = amount(budget.left_usd, budget.left_tokens);
  const limit = amount(budget.limit_usd, budget.limit_tokens);
  const period = budget.rolling_seconds === undefined ? word(t, 'budget.period', budget.period) : t('budgets.rolling', { time: format.duration(1000 * budget.rolling_seconds) });
  return (
    <li className={style.card} data-testid="budget-row">
      <div className={style.cardHead}>
        <span className={style.cardName}>{budget.name}</span>
        <span className={style.count}>{scopeText(budget)} · {limit} · {period} · {budget.hard ? t('budgets.hard') : t('budgets.soft')}</span>
        {edit && <span className={ui.nowrap}><Button size="compact-xs" variant="subtle" onClick={edit} aria-label={`${t('gw.edit')}: ${budget.name}`} data-testid="budget-edit">{t('gw.edit')}</Button>
          <Button size="compact-xs" variant="subtle" color="red" onClick={remove} aria-label={`${t('common.delete')}: ${budget.name}`} data-testid="budget-delete">{t('common.delete')}</Button></span>}
      </div>
      <Gauge of={part} label={t('budgets.bar', { spent, reserved, left })} />
      <div className={style.legend} aria-hidden>{t('budgets.bar', { spent, reserved, left })}{part.over && ` · ${t('budgets.over')}`}</div>
      <div className={style.legend}>
        {budget.window_end && <>{t('budgets.until', { when: format.moment(budget.window_end) })} · </>}
        {t('budgets.alerts', { shares: percents(budget.alert_at) || t('route.check.none') })}
        {budget.alerts[0] && <> · {t('budgets.alerted', { share: percents([budget.alerts[0].share]) })} <When at={budget.alerts[0].at} /></>}
      </div>
    </li>
  );
}

function LimitList() {
  const { t } = useLanguage();
  const { may } = useSession();
  const query = useLimits();
  const changed = useChanged('limits');
  const [editing, setEditing] = useState<string>();
  const [removing, setRemoving] = useState<Limit>();
  const add = may('budgets.write') && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEditing('')} data-testid="new-limit">{t('limits.new')}</Button>;
  return (
    <>
      <Loaded query={query}>
        {(limits) => limits.length === 0 ? <Empty icon={IconGauge} title={t('limits.empty')} actions={add}>{t('limits.empty.text')}</Empty> : (
          <>
            <div className={style.end} style={{ marginBottom: 12 }}>{add}</div>
            <LimitTable limits={limits} edit={may('budgets.write') ? setEditing : undefined} remove={setRemoving} />
          </>
        )}
      </Loaded>
      {editing !== undefined && <LimitEditor name={editing} onClose={() => setEditing(undefined)} />}
      {removing && (
        <Confirm title={t('limits.remove')} text={t('limits.remove.text', { name: removing.name })} action={t('common.delete')} onClose={() => setRemoving(undefined)}
          run={async () => {
            await api.delete(`limits/${segment(removing.name)}`);
            await changed();
          }} />
      )}
    </>
  );
}

function LimitTable({ limits, edit, remove }: { limits: Limit[]; edit: ((name: string) => void) | undefined; remove: (limit: Limit) => void }) {
  const { t, format } = useLanguage();
  const scopeText = useScopeText();
  const cell = (label: string, most: number | undefined, used: number | undefined) => most !== undefined && (
    <>
      <Gauge of={share(most, used ?? 0, 0)} label={`${label}: ${format.number(used ?? 0)} / ${format.number(most)}`} />
      <div className={style.legend} aria-hidden>{format.number(used ?? 0)} / {format.number(most)}</div>
    </>
  );
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('limits.tab')} data-testid="limits">
        <thead><tr><th scope="col">{t('routes.name')}</th><th scope="col">{t('scope.label')}</th><th scope="col">{t('limits.requests')}</th><th scope="col">{t('limits.tokens')}</th><th scope="col">{t('limits.parallel')}</th><th scope="col"><span className="g-visually-hidden">{t('gw.edit')}</span></th></tr></thead>
        <tbody>
          {limits.map((one) => (
            <tr key={one.name} data-testid="limit-row">
              <td><b>{one.name}</b></td>
              <td>{scopeText(one)}</td>
              <td data-label={t('limits.requests')}>{cell(t('limits.requests'), one.requests_per_minute, one.requests_used)}</td>
              <td data-label={t('limits.tokens')}>{cell(t('limits.tokens'), one.tokens_per_minute, one.tokens_used)}</td>
              <td data-label={t('limits.parallel')}>{cell(t('limits.parallel'), one.parallel_calls, one.parallel_used)}</td>
              <td className={ui.number}>{edit && (
                <>
                  <Button size="compact-xs" variant="subtle" onClick={() => edit(one.name)} aria-label={`${t('gw.edit')}: ${one.name}`} data-testid="limit-edit">{t('gw.edit')}</Button>
                  <Button size="compact-xs" variant="subtle" color="red" onClick={() => remove(one)} aria-label={`${t('common.delete')}: ${one.name}`}>{t('common.delete')}</Button>
                </>
              )}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
