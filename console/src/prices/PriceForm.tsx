import { ActionIcon, Button, Modal, NumberInput, Select, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '../api/client';
import { fieldErrors, type FieldError } from '../gateway/fields';
import gateway from '../gateway/gateway.module.css';
import { Form, useSaving } from '../gateway/parts';
import { useChanged } from '../gateway/queries';
import { useLanguage } from '../i18n/language';
import { audioRates, emptyTier, emptyUnit, isReady, isWrong, priceBody, tokenRates, unitKinds, unitName, type PriceDraft, type Rate, type TierDraft, type UnitDraft, type UnitKind } from './priceDraft';
import style from './prices.module.css';

export const rateLabels = { input: 'prices.input', output: 'prices.output', cached_input: 'prices.cached', cache_write: 'prices.write', audio_input: 'prices.audio.in', audio_output: 'prices.audio.out' } as const;

/** Says what a model costs from a time on; whatever `first` holds is there to begin with. */
export function PriceForm({ first, onClose }: { first: PriceDraft; onClose: () => void }) {
  const { t } = useLanguage();
  const { busy, error, save } = useSaving();
  const changed = useChanged('prices');
  const at = fieldErrors(error);
  const [draft, setDraft] = useState(first);
  const set = (changes: Partial<PriceDraft>) => setDraft({ ...draft, ...changes });
  const setTier = (row: number, changes: Partial<TierDraft>) => set({ tiers: draft.tiers.map((one) => (one.row === row ? { ...one, ...changes } : one)) });
  const setUnit = (row: number, changes: Partial<UnitDraft>) => set({ units: draft.units.map((one) => (one.row === row ? { ...one, ...changes } : one)) });
  const units = draft.units.length > 0;
  const submit = () => save(async () => {
    await api.post('prices', priceBody(draft));
    await changed();
    onClose();
  });
  const rate = (name: Rate, due: boolean) => (
    <Amount key={name} label={due ? t(rateLabels[name]) : `${t(rateLabels[name])} (${t('common.optional')})`} value={draft[name]} onChange={(value) => set({ [name]: value })} due={due} error={at(`${name}_usd_per_million`)} focus={first.model !== '' && name === 'input'} testId={`price-${name}`} />
  );
  return (
    <Modal opened onClose={onClose} title={t('prices.new')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Form busy={busy} error={error} onSubmit={() => void submit()} onCancel={onClose} action={t('common.create')} disabled={!isReady(draft)} testId="price-form">
        <TextInput label={t('prices.model')} description={t('prices.model.text')} value={draft.model} onChange={(event) => set({ model: event.currentTarget.value })} error={at('model')} required data-autofocus={first.model === '' || undefined} autoComplete="off" spellCheck={false} data-testid="price-model" />
        <div>
          <Text size="xs" c="dimmed" mb={6}>{t('prices.million')}</Text>
          <div className={style.amounts}>
            {tokenRates.map((name) => rate(name, !units && (name === 'input' || name === 'output')))}
            {audioRates.map((name) => rate(name, false))}
          </div>
        </div>
        <Rows title={t('prices.tiers')} text={t('prices.tiers.text')} add={t('prices.tier.add')} onAdd={() => set({ tiers: [...draft.tiers, emptyTier()] })} testId="price-tier-add">
          {draft.tiers.map((tier, index) => <Tier key={tier.row} tier={tier} index={index} at={at} set={(changes) => setTier(tier.row, changes)} remove={() => set({ tiers: draft.tiers.filter((one) => one.row !== tier.row) })} />)}
        </Rows>
        <Rows title={t('prices.units')} text={t('prices.units.text')} add={t('prices.unit.add')} onAdd={() => set({ units: [...draft.units, emptyUnit()] })} testId="price-unit-add">
          {draft.units.map((unit) => <Unit key={unit.row} unit={unit} twice={draft.units.some((one) => one.row !== unit.row && unitName(one) === unitName(unit))} at={at} set={(changes) => setUnit(unit.row, changes)} remove={() => set({ units: draft.units.filter((one) => one.row !== unit.row) })} />)}
        </Rows>
        <TextInput type="datetime-local" label={`${t('prices.from')} (${t('common.optional')})`} description={t('prices.from.text')} value={draft.from} onChange={(event) => set({ from: event.currentTarget.value })} error={at('from')} data-testid="price-from" />
      </Form>
    </Modal>
  );
}

function Amount({ label, value, onChange, due, error, focus, testId }: { label: string; value: string; onChange: (value: string) => void; due: boolean; error: string | undefined; focus?: boolean; testId: string }) {
  const { t } = useLanguage();
  return <TextInput label={label} inputMode="decimal" leftSection="$" value={value} required={due} autoComplete="off" onChange={(event) => onChange(event.currentTarget.value)} error={error ?? (isWrong(value) && t('prices.wrong'))} data-autofocus={focus || undefined} data-testid={testId} />;
}

function Rows({ title, text, add, onAdd, testId, children }: { title: string; text: string; add: string; onAdd: () => void; testId: string; children: React.ReactNode }) {
  return (
    <section className={style.rows} aria-label={title}>
      <div><Text size="sm" fw={600}>{title}</Text><Text size="xs" c="dimmed">{text}</Text></div>
      {children}
      <div><Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={onAdd} data-testid={testId}>{add}</Button></div>
    </section>
  );
}

function Remove({ of, onClick }: { of: string; onClick: () => void }) {
  const { t } = useLanguage();
  return <div className={gateway.tools}><ActionIcon variant="subtle" color="red" onClick={onClick} aria-label={`${t('common.delete')}: ${of}`}><IconTrash size={16} /></ActionIcon></div>;
}

function Tier({ tier, index, at, set, remove }: { tier: TierDraft; index: number; at: FieldError; set: (changes: Partial<TierDraft>) => void; remove: () => void }) {
  const { t } = useLanguage();
  const title = t('prices.tier.n', { n: index + 1 });
  return (
    <fieldset className={gateway.target} data-testid="price-tier">
      <legend>{title}</legend>
      <NumberInput label={t('prices.tier.above')} value={tier.above} onChange={(above) => set({ above })} min={1} allowDecimal={false} hideControls required thousandSeparator=" " error={at(`tiers[${index}].above_tokens`)} data-testid="tier-above" />
      <div className={style.amounts}>
        {tokenRates.map((name) => {
          const due = name === 'input' || name === 'output';
          return <Amount key={name} label={due ? t(rateLabels[name]) : `${t(rateLabels[name])} (${t('common.optional')})`} value={tier[name]} onChange={(value) => set({ [name]: value })} due={due} error={at(`tiers[${index}].${name}_usd_per_million`)} testId={`tier-${name}`} />;
        })}
      </div>
      <Remove of={title} onClick={remove} />
    </fieldset>
  );
}

function Unit({ unit, twice, at, set, remove }: { unit: UnitDraft; twice: boolean; at: FieldError; set: (changes: Partial<UnitDraft>) => void; remove: () => void }) {
  const { t } = useLanguage();
  const name = unitName(unit);
  return (
    <fieldset className={gateway.target} data-testid="price-unit">
      <legend>{t(`prices.unit.${unit.kind}`)}</legend>
      <div className={gateway.row}>
        <Select label={t('prices.unit')} value={unit.kind} onChange={(kind) => set({ kind: (kind ?? 'request') as UnitKind })} allowDeselect={false} data={unitKinds.map((value) => ({ value, label: t(`prices.unit.${value}`) }))} error={at('units_usd') ?? (twice && t('prices.unit.twice'))} data-testid="unit-kind" />
        {unit.kind === 'image' && <TextInput label={`${t('prices.unit.size')} (${t('common.optional')})`} placeholder="1024x1024" value={unit.size} onChange={(event) => set({ size: event.currentTarget.value })} autoComplete="off" data-testid="unit-size" />}
        {unit.kind === 'image' && <TextInput label={`${t('prices.unit.quality')} (${t('common.optional')})`} placeholder="hd" value={unit.quality} onChange={(event) => set({ quality: event.currentTarget.value })} disabled={unit.size.trim() === ''} autoComplete="off" />}
        <Amount label={t('prices.unit.usd')} value={unit.usd} onChange={(usd) => set({ usd })} due error={at(`units_usd.${name}`)} testId="unit-usd" />
      </div>
      <Remove of={name} onClick={remove} />
    </fieldset>
  );
}
