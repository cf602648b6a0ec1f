import { Button, Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { Checked, Guard } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import { Loaded, Page } from '../ui/parts';
import { fieldErrors, isSlug } from './fields';
import { bodyOf, draftOf, freshGuard, schemaReads, type GuardDraft } from './guardDraft';
import { GuardFields } from './GuardFields';
import { replaced } from './marks';
import { choices, Form, Sign, useSaving, word } from './parts';
import { useChanged, useGuard } from './queries';
import style from './gateway.module.css';

/** Stands where a name stands, and can be none. */
const NEW = '+';

/** One guard: what it does, and a text to try it on. */
export default function GuardPage() {
  const { t } = useLanguage();
  const { may } = useSession();
  const { guard: name = NEW } = useParams();
  const fresh = name === NEW;
  const query = useGuard(name, !fresh);
  return (
    <Page title={fresh ? t('guards.new') : name} crumbs={[{ to: '/guards', label: t('guards.title') }]} lead={t('guard.lead')}>
      {fresh ? (may('guards.write') ? <Editor draft={freshGuard()} /> : <p>{t('gw.forbidden.text', { right: 'guards.write' })}</p>) : (
        <Loaded query={query}>
          {({ thing, tag }) => (
            <>
              <TryOut guard={thing} />
              <Editor key={tag} draft={draftOf(thing)} tag={tag} />
            </>
          )}
        </Loaded>
      )}
    </Page>
  );
}

function Editor({ draft: first, tag }: { draft: GuardDraft; tag?: string | undefined }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const [, go] = useLocation();
  const [draft, setDraft] = useState(first);
  const { busy, error, save } = useSaving();
  const changed = useChanged('guards');
  const fresh = first.name === '';
  const submit = () => save(async () => {
    const body = bodyOf(draft);
    if (fresh) await api.post('guards', body);
    else await api.put(`guards/${segment(first.name)}`, body, tag);
    await changed();
    go(fresh ? `/guards/${segment(body.name)}` : '/guards');
  });
  const unfinished = !isSlug(draft.name.trim()) || draft.places.length === 0 || (draft.kind === 'json_schema' && !schemaReads(draft.schema));
  return (
    <Form busy={busy} error={error} onSubmit={() => void submit()} onCancel={() => go('/guards')} action={fresh ? t('common.create') : t('gw.save')} readOnly={!may('guards.write')} disabled={unfinished} testId="guard-form">
      <GuardFields draft={draft} setDraft={setDraft} error={error} fresh={fresh} />
    </Form>
  );
}

/** Tries the guard as it is kept, not as the form below has it. */
function TryOut({ guard }: { guard: Guard }) {
  const { t } = useLanguage();
  const [text, setText] = useState('');
  const [place, setPlace] = useState(guard.places[0] ?? '');
  const [tried, setTried] = useState<{ text: string; said: Checked }>();
  const { busy, error, save } = useSaving();
  const at = fieldErrors(error);
  const run = () => save(async () => {
    setTried({ text, said: await api.post<Checked>(`guards/${segment(guard.name)}/check`, { text, place }) });
  });
  return (
    <section className={style.panel} style={{ marginBottom: 22 }} aria-labelledby="try">
      <h2 id="try">{t('guard.try')}</h2>
      <form onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}>
        <Textarea label={t('guard.try.text')} value={text} onChange={(event) => setText(event.currentTarget.value)} autosize minRows={2} maxRows={8} error={at('text')} data-testid="try-text" />
        <div className={style.bar} style={{ margin: '10px 0 0' }}>
          {guard.places.length > 1 && <Select size="xs" label={t('guards.place')} value={place} onChange={(chosen) => setPlace(chosen ?? place)} allowDeselect={false} data={choices(t, 'guard.place', guard.places)} error={at('place')} />}
          <Button type="submit" size="xs" loading={busy} disabled={text.trim() === ''} data-testid="try">{t('guard.try.go')}</Button>
        </div>
      </form>
      {error && <ErrorPanel error={error} />}
      <div aria-live="polite">{tried && <Tried text={tried.text} said={tried.said} />}</div>
    </section>
  );
}

function Tried({ text, said }: { text: string; said: Checked }) {
  const { t } = useLanguage();
  const stretches = said.text === undefined ? [{ text }] : replaced(text, said.text);
  const found = said.verdicts.flatMap((one) => Object.entries(one.found));
  return (
    <div data-testid="tried" data-refused={said.refused || undefined} style={{ marginTop: 12 }}>
      <div className={style.cardHead}>
        {said.verdicts.map((one) => <Sign key={one.place} prefix="guard.outcome" value={one.outcome} />)}
        <span>{said.refused ? t('guard.try.refused') : said.text === text ? t('guard.try.same') : t('guard.try.changed')}</span>
        <span className={style.count}>{found.map(([kind, times]) => `${word(t, 'guard.entity', kind)} × ${times}`).join(' · ')}</span>
      </div>
      <div className={style.tried} tabIndex={0} role="group" aria-label={t('guard.try.marked')}>
        {stretches.map((one, index) => one.by === undefined ? <span key={index}>{one.text}</span>
          : <span key={index} data-testid="marked">{one.text && <del>{one.text}</del>}{one.by && <ins>{one.by}</ins>}</span>)}
      </div>
    </div>
  );
}
