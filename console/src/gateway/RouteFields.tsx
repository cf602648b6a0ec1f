import { ActionIcon, Autocomplete, Button, MultiSelect, NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ApiError } from '../api/errors';
import { useLanguage } from '../i18n/language';
import { fieldErrors, type FieldError } from './fields';
import { choices } from './parts';
import { useModelNames, usePrincipalNames } from './queries';
import { capabilities, checks, conditions, days, freshTarget, languages, policies, timeLimits, type RouteDraft, type TargetDraft, type WhenDraft } from './routeDraft';
import style from './gateway.module.css';

const ZONES = ['UTC', 'Asia/Shanghai', 'Asia/Tokyo', 'Asia/Singapore', 'Europe/London', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles'];

/** Every field of a route. What the server said of one stands at it. */
export function RouteFields({ draft, setDraft, error, fresh }: { draft: RouteDraft; setDraft: (draft: RouteDraft) => void; error: ApiError | undefined; fresh: boolean }) {
  const { t } = useLanguage();
  const at = fieldErrors(error);
  const models = useModelNames('targets');
  const set = (changes: Partial<RouteDraft>) => setDraft({ ...draft, ...changes });
  const setTarget = (row: number, changes: Partial<TargetDraft>) => set({ targets: draft.targets.map((one) => (one.row === row ? { ...one, ...changes } : one)) });
  const move = (index: number, by: number) => {
    const targets = [...draft.targets];
    const [one] = targets.splice(index, 1);
    if (one) targets.splice(index + by, 0, one);
    set({ targets });
  };
  return (
    <>
      <div className={style.row}>
        <TextInput label={t('routes.name')} description={t('routes.name.text')} value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} readOnly={!fresh} error={at('name')} required autoComplete="off" data-testid="route-name" />
        <Select label={t('route.policy')} description={t(`route.policy.${draft.policy as 'ordered'}.text`)} value={draft.policy} onChange={(policy) => set({ policy: policy ?? 'ordered' })} allowDeselect={false} data={choices(t, 'route.policy', policies)} error={at('policy')} data-testid="route-policy" />
        <NumberInput label={t('route.retries')} description={t('route.retries.text')} value={draft.retries} onChange={(retries) => set({ retries })} min={0} max={5} allowDecimal={false} placeholder="2" error={at('retries')} />
      </div>
      {draft.targets.map((target, index) => (
        <Target key={target.row} target={target} index={index} of={draft.targets.length} policy={draft.policy} at={at} models={models}
          set={(changes) => setTarget(target.row, changes)} move={(by) => move(index, by)} remove={() => set({ targets: draft.targets.filter((one) => one.row !== target.row) })} />
      ))}
      <div><Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => set({ targets: [...draft.targets, freshTarget()] })} disabled={draft.targets.length >= 20} data-testid="add-target">{t('route.target.add')}</Button></div>
      <Times draft={draft} set={set} at={at} />
      {draft.policy === 'weighted' && <Sticky draft={draft} set={set} at={at} />}
      {draft.policy === 'ordered' && draft.targets.length > 1 && <Escalation draft={draft} set={set} at={at} models={models} />}
    </>
  );
}

interface Part {
  draft: RouteDraft;
  set: (changes: Partial<RouteDraft>) => void;
  at: FieldError;
}

function Times({ draft, set, at }: Part) {
  const { t } = useLanguage();
  const said = timeLimits.filter((name) => draft.times[name] !== '').length;
  return (
    <details className={style.fold} open={at('time_limits', ...timeLimits.map((name) => `time_limits.${name}`)) !== undefined || undefined}>
      <summary>{t('route.times')}{said > 0 && <span className={style.count}> · {t('route.times.n', { n: said })}</span>}</summary>
      <div className={style.row}>
        {timeLimits.map((name) => (
          <NumberInput key={name} label={t(`route.times.${name}`)} description={t(`route.times.${name}.text`)} value={draft.times[name]} onChange={(value) => set({ times: { ...draft.times, [name]: value } })} min={1}
            allowDecimal={false} thousandSeparator=" " hideControls error={at(`time_limits.${name}`)} data-testid={`route-${name}`} />
        ))}
      </div>
    </details>
  );
}

function Sticky({ draft, set, at }: Part) {
  const { t } = useLanguage();
  return (
    <div className={style.row}>
      <Select label={t('route.sticky')} description={t('route.sticky.text')} value={draft.stickyBy} onChange={(by) => set({ stickyBy: by ?? '' })} allowDeselect={false} error={at('sticky', 'sticky.by')}
        data={[{ value: '', label: t('route.sticky.none') }, ...choices(t, 'route.sticky', ['key', 'user', 'header'])]} data-testid="route-sticky" />
      {draft.stickyBy === 'header' && <TextInput label={t('route.sticky.name')} description="x-gimbal-tag-…" value={draft.stickyName} onChange={(event) => set({ stickyName: event.currentTarget.value })} error={at('sticky.name')} required />}
    </div>
  );
}

function Escalation({ draft, set, at, models }: Part & { models: string[] }) {
  const { t } = useLanguage();
  const scored = draft.check === 'logprob' || draft.check === 'judge';
  return (
    <fieldset className={style.target}>
      <legend>{t('route.escalation')}</legend>
      <p className={style.legend} style={{ margin: 0 }}>{t('route.escalation.text')}</p>
      <div className={style.row}>
        <Select label={t('route.check')} value={draft.check} onChange={(check) => set({ check: check ?? '' })} allowDeselect={false} error={at('escalation', 'escalation.check')}
          data={[{ value: '', label: t('route.check.none') }, ...choices(t, 'route.check', checks)]} data-testid="route-check" />
        {scored && <NumberInput label={t('route.below')} description={draft.check === 'judge' ? t('route.below.judge') : t('route.below.logprob')} value={draft.below} onChange={(below) => set({ below })} step={0.1} error={at('escalation.below')} required hideControls />}
        {draft.check === 'judge' && <Autocomplete label={t('route.judge')} value={draft.judge} onChange={(judge) => set({ judge })} data={models} limit={20} error={at('escalation.judge')} required />}
      </div>
    </fieldset>
  );
}

function Target({ target, index, of, policy, at, models, set, move, remove }: {
  target: TargetDraft; index: number; of: number; policy: string; at: FieldError; models: string[]; set: (changes: Partial<TargetDraft>) => void; move: (by: number) => void; remove: () => void;
}) {
  const { t } = useLanguage();
  const field = `targets[${index}]`;
  const n = { n: index + 1 };
  const shares = policy === 'weighted' || policy === 'least-busy';
  const count = conditions(target.when);
  const button = (label: string, sign: ReactNode, run: () => void, disabled: boolean, color = 'gray') => <ActionIcon variant="subtle" color={color} onClick={run} disabled={disabled} aria-label={label} title={label}>{sign}</ActionIcon>;
  return (
    <fieldset className={style.target} data-testid="target">
      <legend>{t('route.target', n)}</legend>
      <div className={style.row} data-first>
        <Autocomplete label={t('route.model')} placeholder="provider/model" value={target.model} onChange={(model) => set({ model })} data={models} limit={20} error={at(`${field}.model`, field)} required data-testid="target-model" />
        <NumberInput label={t('route.weight')} value={target.weight} onChange={(weight) => set({ weight })} min={0} max={1000} allowDecimal={false} placeholder="1" disabled={!shares} error={at(`${field}.weight`)} data-testid="target-weight" />
        <NumberInput label={t('route.context')} value={target.contextTokens} onChange={(contextTokens) => set({ contextTokens })} min={1} allowDecimal={false} thousandSeparator=" " hideControls error={at(`${field}.context_tokens`)} />
      </div>
      <details className={style.fold} open={at(...conditionFields(field)) !== undefined || undefined}>
        <summary>{t('route.when')}{count > 0 && <span className={style.count}> · {t('route.when.n', { n: count })}</span>}</summary>
        <div>
          <MultiSelect label={t('route.capabilities')} description={t('route.capabilities.text')} value={target.capabilities} onChange={(chosen) => set({ capabilities: chosen })} data={choices(t, 'route.capability', capabilities)} error={at(`${field}.capabilities`)} />
          <Conditions when={target.when} set={(changes) => set({ when: { ...target.when, ...changes } })} at={at} field={`${field}.when`} />
        </div>
      </details>
      <div className={style.tools}>
        {button(`${t('route.up')}: ${t('route.target', n)}`, <IconArrowUp size={16} />, () => move(-1), index === 0)}
        {button(`${t('route.down')}: ${t('route.target', n)}`, <IconArrowDown size={16} />, () => move(1), index === of - 1)}
        {button(`${t('common.delete')}: ${t('route.target', n)}`, <IconTrash size={16} />, remove, of === 1, 'red')}
      </div>
    </fieldset>
  );
}

const conditionFields = (field: string) => ['', '.keys', '.users', '.roles', '.tags', '.bytes', '.bytes.least', '.bytes.most', '.tokens', '.tokens.least', '.tokens.most', '.languages', '.time', '.time.zone', '.time.days', '.time.from', '.time.to']
  .map((part) => `${field}.when${part}`).concat(`${field}.capabilities`);

function Conditions({ when, set, at, field }: { when: WhenDraft; set: (changes: Partial<WhenDraft>) => void; at: FieldError; field: string }) {
  const { t } = useLanguage();
  const { names } = usePrincipalNames();
  const bound = (name: 'bytesLeast' | 'bytesMost' | 'tokensLeast' | 'tokensMost', label: string, path: string, parent: string) => (
    <NumberInput label={label} value={when[name]} onChange={(value) => set({ [name]: value })} min={0} allowDecimal={false} hideControls thousandSeparator=" " error={at(`${field}.${path}`, `${field}.${parent}`)} />
  );
  return (
    <>
      <div className={style.row}>
        <TagsInput label={t('route.keys')} value={when.keys} onChange={(keys) => set({ keys })} data={names} error={at(`${field}.keys`)} />
        <TagsInput label={t('route.users')} value={when.users} onChange={(users) => set({ users })} error={at(`${field}.users`)} />
        <TagsInput label={t('route.roles')} value={when.roles} onChange={(roles) => set({ roles })} data={['viewer', 'developer', 'administrator', 'operator']} error={at(`${field}.roles`)} />
      </div>
      <div className={style.row}>
        <TagsInput label={t('route.tags')} placeholder={when.tags.length === 0 ? t('traces.tag.text') : ''} value={when.tags} onChange={(tags) => set({ tags })} error={at(`${field}.tags`)} />
        <MultiSelect label={t('route.languages')} value={when.languages} onChange={(chosen) => set({ languages: chosen })} data={choices(t, 'route.language', languages)} error={at(`${field}.languages`)} />
      </div>
      <div className={style.row}>
        {bound('bytesLeast', t('route.bytes.least'), 'bytes.least', 'bytes')}
        {bound('bytesMost', t('route.bytes.most'), 'bytes.most', 'bytes')}
        {bound('tokensLeast', t('route.tokens.least'), 'tokens.least', 'tokens')}
        {bound('tokensMost', t('route.tokens.most'), 'tokens.most', 'tokens')}
      </div>
      <div className={style.row}>
        <MultiSelect label={t('route.days')} value={when.days} onChange={(chosen) => set({ days: chosen })} data={choices(t, 'route.day', days)} error={at(`${field}.time.days`)} />
        <TextInput type="time" label={t('route.from')} value={when.from} onChange={(event) => set({ from: event.currentTarget.value })} error={at(`${field}.time.from`, `${field}.time`)} />
        <TextInput type="time" label={t('route.to')} value={when.to} onChange={(event) => set({ to: event.currentTarget.value })} error={at(`${field}.time.to`)} />
        <Autocomplete label={t('route.zone')} placeholder="UTC" value={when.zone} onChange={(zone) => set({ zone })} data={ZONES} error={at(`${field}.time.zone`)} />
      </div>
    </>
  );
}
