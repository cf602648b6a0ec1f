import { Modal, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { Budget, ScopeKind } from '../api/gateway';
import { useLanguage } from '../i18n/language';
import { Loaded } from '../ui/parts';
import { inTokens, percents, plain, scopeFor, scopeOf, sharesOf } from './amounts';
import { fieldErrors, isSlug, numberOf } from './fields';
import { choices, Form, useSaving } from './parts';
import { useBudget, useChanged } from './queries';
import { ScopeFields } from './ScopeFields';
import style from './gateway.module.css';

const periods = ['hour', 'day', 'month', 'total', 'rolling'];

/** Declares a budget (`name` empty) or changes one; scope, unit and period stay what they were. */
export function BudgetEditor({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useLanguage();
  const query = useBudget(name, name !== '');
  return (
    <Modal opened onClose={onClose} title={name === '' ? t('budgets.new') : `${t('gw.edit')}: ${name}`} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      {name === '' ? <Fields onClose={onClose} /> : <Loaded query={query}>{({ thing, tag }) => <Fields key={tag} budget={thing} tag={tag} onClose={onClose} />}</Loaded>}
    </Modal>
  );
}

function Fields({ budget, tag, onClose }: { budget?: Budget; tag?: string | undefined; onClose: () => void }) {
  const { t } = useLanguage();
  const { busy, error, save } = useSaving();
  const changed = useChanged('budgets');
  const at = fieldErrors(error);
  const scope = scopeOf(budget?.scope ?? { tenant: 'own' });
  const [name, setName] = useState(budget?.name ?? '');
  const [kind, setKind] = useState<ScopeKind>(scope.kind);
  const [whose, setWhose] = useState(scope.name);
  const [unit, setUnit] = useState(budget && inTokens(budget) ? 'tokens' : 'usd');
  const [amount, setAmount] = useState(budget ? (budget.limit_usd === undefined ? String(budget.limit_tokens ?? '') : plain(budget.limit_usd)) : '');
  const [period, setPeriod] = useState(budget?.period ?? 'month');
  const [rolling, setRolling] = useState<number | string>(budget?.rolling_seconds ?? '');
  const [hard, setHard] = useState(budget?.hard ?? true);
  const [alerts, setAlerts] = useState(percents(budget?.alert_at ?? [0.8, 1]));
  const shares = sharesOf(alerts);

  const submit = () => save(async () => {
    const limit = unit === 'usd' ? { limit_usd: amount.trim() } : { limit_tokens: numberOf(amount) };
    const common = { ...limit, hard, alert_at: shares };
    if (budget) await api.put(`budgets/${segment(budget.name)}`, common, tag);
    else await api.post('budgets', { ...common, name: name.trim(), scope: scopeFor(kind, whose), period, ...(period === 'rolling' && { rolling_seconds: numberOf(rolling) }) });
    await changed();
    onClose();
  });
  return (
    <Form busy={busy} error={error} onSubmit={() => void submit()} onCancel={onClose} action={budget ? t('gw.save') : t('common.create')} disabled={!isSlug(name.trim()) || shares === undefined || amount.trim() === ''} testId="budget-form">
      <div className={style.row}>
        <TextInput label={t('routes.name')} value={name} onChange={(event) => setName(event.currentTarget.value)} disabled={budget !== undefined} error={at('name')} required autoComplete="off" data-testid="budget-name" />
        <ScopeFields kind={kind} name={whose} fixed={budget !== undefined} at={at} set={(chosen, named) => {
          setKind(chosen);
          setWhose(named);
        }} />
      </div>
      <div className={style.row}>
        <Select label={t('budgets.unit')} value={unit} onChange={(chosen) => setUnit(chosen ?? 'usd')} allowDeselect={false} disabled={budget !== undefined} data={[{ value: 'usd', label: t('budgets.unit.usd') }, { value: 'tokens', label: t('budgets.unit.tokens') }]} data-testid="budget-unit" />
        <TextInput label={t('budgets.amount')} value={amount} onChange={(event) => setAmount(event.currentTarget.value)} inputMode="decimal" error={at('limit_usd', 'limit_tokens')} required autoComplete="off" data-testid="budget-amount" />
        <Select label={t('budgets.period')} value={period} onChange={(chosen) => setPeriod(chosen ?? 'month')} allowDeselect={false} disabled={budget !== undefined} data={choices(t, 'budget.period', periods)} error={at('period')} data-testid="budget-period" />
        {period === 'rolling' && <NumberInput label={t('budgets.seconds')} value={rolling} onChange={setRolling} min={1} allowDecimal={false} hideControls thousandSeparator=" " disabled={budget !== undefined} error={at('rolling_seconds')} required />}
      </div>
      <Switch label={t('budgets.hard.label')} description={t('budgets.hard.text')} checked={hard} onChange={(event) => setHard(event.currentTarget.checked)} data-testid="budget-hard" />
      <TextInput label={t('budgets.alert')} description={t('budgets.alert.text')} value={alerts} onChange={(event) => setAlerts(event.currentTarget.value)} error={at('alert_at') ?? (shares === undefined ? t('budgets.alert.bad') : undefined)} autoComplete="off" />
    </Form>
  );
}
