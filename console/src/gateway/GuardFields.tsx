import { Autocomplete, Checkbox, MultiSelect, NumberInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { ApiError } from '../api/errors';
import { useLanguage } from '../i18n/language';
import { fieldErrors, type FieldError } from './fields';
import { actions, classifiers, entities, kinds, mayAskForNames, mayRedact, places, schemaReads, type GuardDraft, type Kind } from './guardDraft';
import { choices } from './parts';
import { useModelNames, usePrincipalNames } from './queries';
import style from './gateway.module.css';

const LANGUAGES = ['en', 'zh', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'ru', 'ja', 'ko', 'ar', 'hi', 'tr'];

/** Every field of a guard; those of its kind change with the kind. */
export function GuardFields({ draft, setDraft, error, fresh }: { draft: GuardDraft; setDraft: (draft: GuardDraft) => void; error: ApiError | undefined; fresh: boolean }) {
  const { t } = useLanguage();
  const at = fieldErrors(error);
  const principals = usePrincipalNames();
  const models = useModelNames();
  const set = (changes: Partial<GuardDraft>) => {
    const next = { ...draft, ...changes };
    setDraft(next.action === 'redact' && !mayRedact(next) ? { ...next, action: 'block' } : next);
  };
  const possible = mayRedact(draft) ? actions : actions.filter((one) => one !== 'redact');
  return (
    <>
      <div className={style.row}>
        <TextInput label={t('routes.name')} value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} readOnly={!fresh} error={at('name')} required autoComplete="off" data-testid="guard-name" />
        <Select label={t('guard.kind')} value={draft.kind} onChange={(kind) => set({ kind: (kind ?? 'pii') as Kind })} allowDeselect={false} data={choices(t, 'guard.kind', kinds)} error={at('kind')} data-testid="guard-kind" />
        <Select label={t('guards.action')} value={draft.action} onChange={(action) => set({ action: action ?? 'block' })} allowDeselect={false} data={choices(t, 'guard.action', possible)} error={at('action')} data-testid="guard-action" />
      </div>
      <Settings draft={draft} set={set} at={at} />
      <Checkbox.Group label={t('guards.places')} value={draft.places} onChange={(chosen) => set({ places: places.filter((place) => chosen.includes(place)) })} error={at('places')} withAsterisk>
        <div className={style.bar} style={{ margin: '6px 0 0' }}>{choices(t, 'guard.place', places).map((place) => <Checkbox key={place.value} value={place.value} label={place.label} />)}</div>
      </Checkbox.Group>
      <div className={style.row}>
        <Select label={t('guards.failure')} description={t('guard.failure.text')} value={draft.onFailure} onChange={(chosen) => set({ onFailure: chosen ?? 'closed' })} allowDeselect={false} data={choices(t, 'guard.failure', ['closed', 'open'])} error={at('on_failure')} />
        <NumberInput label={t('guard.deadline')} description={t('guard.deadline.text')} value={draft.deadline} onChange={(deadline) => set({ deadline })} min={10} max={60_000} allowDecimal={false} hideControls placeholder="2000" error={at('deadline_millis')} />
      </div>
      <fieldset className={style.target}>
        <legend>{t('guards.applies')}</legend>
        <p className={style.legend} style={{ margin: 0 }}>{t('guard.applies.text')}</p>
        <div className={style.row}>
          <TagsInput label={t('guard.principals')} value={draft.principals} onChange={(chosen) => set({ principals: chosen })} data={principals.names} error={at('applies_to.principals')} />
          <TagsInput label={t('guard.models')} placeholder={draft.models.length === 0 ? 'provider/*' : ''} value={draft.models} onChange={(chosen) => set({ models: chosen })} data={models} maxDropdownHeight={220} error={at('applies_to.models')} />
          <TagsInput label={t('guard.apps')} value={draft.apps} onChange={(chosen) => set({ apps: chosen })} data={models.filter((one) => one.startsWith('app:')).map((one) => one.slice(4))} error={at('applies_to.apps')} />
        </div>
      </fieldset>
    </>
  );
}

interface Part {
  draft: GuardDraft;
  set: (changes: Partial<GuardDraft>) => void;
  at: FieldError;
}

function NameModel({ draft, set, at }: Omit<Part, 'at'> & { at: string | undefined }) {
  const { t } = useLanguage();
  return <Autocomplete label={t('guard.model')} description={t('guard.model.text')} value={draft.model} onChange={(model) => set({ model })} data={useModelNames()} limit={20} error={at} data-testid="guard-model" />;
}

function Settings({ draft, set, at: field }: Part) {
  const { t } = useLanguage();
  const at = (name: string) => field(`settings.${name}`, 'settings');
  switch (draft.kind) {
    case 'pii': return (
      <>
        <MultiSelect label={t('guard.entities')} description={t('guard.entities.text')} value={draft.entities} onChange={(chosen) => set({ entities: chosen })} data={choices(t, 'guard.entity', entities)} searchable error={at('entities')} data-testid="guard-entities" />
        {mayAskForNames(draft) && <NameModel draft={draft} set={set} at={at('model')} />}
        <Switch label={t('guard.pseudonyms')} description={t('guard.pseudonyms.text')} checked={draft.pseudonyms} onChange={(event) => set({ pseudonyms: event.currentTarget.checked })} />
      </>
    );
    case 'secrets': return <p className={style.legend}>{t('guard.secrets.text')}</p>;
    case 'deny': return <Textarea label={t('guard.phrases')} description={t('guard.phrases.text')} value={draft.phrases} onChange={(event) => set({ phrases: event.currentTarget.value })} autosize minRows={4} maxRows={14} error={at('phrases')} required data-testid="guard-phrases" />;
    case 'topic': return (
      <>
        <div className={style.row}>
          <Textarea label={t('guard.denied')} description={t('guard.topics.text')} value={draft.denied} onChange={(event) => set({ denied: event.currentTarget.value })} autosize minRows={3} maxRows={12} error={at('denied')} />
          <Textarea label={t('guard.allowed')} description={t('guard.topics.text')} value={draft.allowedTopics} onChange={(event) => set({ allowedTopics: event.currentTarget.value })} autosize minRows={3} maxRows={12} error={at('allowed')} />
        </div>
        <Classifier draft={draft} set={set} at={at} />
      </>
    );
    case 'length': return <NumberInput label={t('guard.most')} value={draft.mostCharacters} onChange={(mostCharacters) => set({ mostCharacters })} min={1} allowDecimal={false} hideControls thousandSeparator=" " error={at('most_characters')} required maw={260} />;
    case 'language': return <TagsInput label={t('guard.languages')} description={t('guard.languages.text')} value={draft.languages} onChange={(chosen) => set({ languages: chosen })} data={LANGUAGES} error={at('allowed')} required />;
    case 'json_schema': return <Textarea label={t('guard.schema')} description={t('guard.schema.text')} value={draft.schema} onChange={(event) => set({ schema: event.currentTarget.value })} autosize minRows={6} maxRows={24} spellCheck={false} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.84rem' } }} error={at('schema') ?? (draft.schema !== '' && !schemaReads(draft.schema) ? t('guard.schema.bad') : undefined)} required />;
    case 'injection': return <Classifier draft={draft} set={set} at={at} />;
    case 'http': return <TextInput label={t('guard.url')} description={t('guard.url.text')} type="url" value={draft.url} onChange={(event) => set({ url: event.currentTarget.value })} error={at('url')} required autoComplete="off" />;
  }
}

function Classifier({ draft, set, at }: Omit<Part, 'at'> & { at: (name: string) => string | undefined }) {
  const { t } = useLanguage();
  return (
    <div className={style.row}>
      <Select label={t('guard.classifier')} description={t('guard.classifier.text')} value={draft.classifier} onChange={(classifier) => set({ classifier: classifier ?? '' })} allowDeselect={false} data={[{ value: '', label: t('guard.classifier.none') }, ...classifiers.map((one) => ({ value: one, label: one }))]} error={at('classifier')} />
      {draft.classifier !== '' && <NumberInput label={t('guard.threshold')} description="0 – 1" value={draft.threshold} onChange={(threshold) => set({ threshold })} min={0} max={1} step={0.01} placeholder="0.5" error={at('threshold')} />}
    </div>
  );
}
