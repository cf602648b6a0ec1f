import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { Route, Saving } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { Loaded, Page } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { isSlug } from './fields';
import { Form, useSaving, word } from './parts';
import { useChanged, useRoute, useSavings } from './queries';
import { draftOf, freshRoute, shapeOf, type RouteDraft } from './routeDraft';
import { RouteFields } from './RouteFields';
import { saved } from './savings';
import style from './gateway.module.css';

/** Stands where a name stands, and can be none. */
export const NEW = '+';

/** One route: a form of all that the API takes, and what asking a small model first saved. */
export default function RoutePage() {
  const { t } = useLanguage();
  const { route: name = NEW } = useParams();
  const fresh = name === NEW;
  const query = useRoute(name, !fresh);
  return (
    <Page title={fresh ? t('routes.new') : name} crumbs={[{ to: '/routes', label: t('routes.title') }]} lead={t('route.lead')}>
      {fresh ? <Editor draft={freshRoute()} /> : (
        <Loaded query={query}>
          {({ thing, tag }) => (
            <>
              {thing.escalation && <Savings route={thing} />}
              <Editor key={tag} draft={draftOf(thing)} tag={tag} />
            </>
          )}
        </Loaded>
      )}
    </Page>
  );
}

function Editor({ draft: first, tag }: { draft: RouteDraft; tag?: string | undefined }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const [, go] = useLocation();
  const [draft, setDraft] = useState(first);
  const { busy, error, save } = useSaving();
  const changed = useChanged('routes', 'models');
  const fresh = first.name === '';
  const submit = () => save(async () => {
    const shape = shapeOf(draft);
    if (fresh) await api.post('routes', shape);
    else await api.put(`routes/${segment(first.name)}`, shape, tag);
    await changed();
    go('/routes');
  });
  return (
    <Form busy={busy} error={error} onSubmit={() => void submit()} onCancel={() => go('/routes')} action={fresh ? t('common.create') : t('gw.save')} readOnly={!may('routes.write')}
      disabled={!isSlug(draft.name.trim()) || draft.targets.some((target) => target.model.trim() === '')} testId="route-form">
      <RouteFields draft={draft} setDraft={setDraft} error={error} fresh={fresh} />
    </Form>
  );
}

function Savings({ route }: { route: Route }) {
  const { t, format } = useLanguage();
  const query = useSavings(route.name, true);
  return (
    <section className={style.panel} style={{ marginBottom: 20 }} aria-labelledby="savings">
      <h2 id="savings">{t('route.savings', { check: word(t, 'route.check', route.escalation?.check ?? '') })}</h2>
      <Loaded query={query}>
        {({ data }) => data.length === 0 ? <p className={style.legend}>{t('route.savings.none')}</p> : (
          <>
            <Sums days={data} />
            <div className={ui.scroll} style={{ marginTop: 12, maxHeight: 220 }} tabIndex={0} role="group" aria-label={t('route.savings.days')}>
              <table className={ui.table} aria-label={t('route.savings.days')} data-testid="savings">
                <thead><tr><th scope="col">{t('route.day')}</th><th scope="col" className={ui.number}>{t('route.kept')}</th><th scope="col" className={ui.number}>{t('route.escalated')}</th><th scope="col" className={ui.number}>{t('route.saved')}</th><th scope="col" className={ui.number}>{t('route.lost')}</th></tr></thead>
                <tbody>
                  {data.map((one) => (
                    <tr key={one.day}><td className={ui.nowrap}>{one.day}</td><td className={ui.number}>{format.number(one.kept)}</td><td className={ui.number}>{format.number(one.escalated)}</td><td className={ui.number}>{format.usd(one.saved_usd)}</td><td className={ui.number}>{format.usd(one.lost_usd)}</td></tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}

function Sums({ days }: { days: Saving[] }) {
  const { t, format } = useLanguage();
  const sums = saved(days);
  return (
    <dl className={style.figures} data-testid="saved">
      <div><dt>{t('route.net')}</dt><dd>{format.usd(String(sums.net))}</dd></div>
      <div><dt>{t('route.kept.share')}</dt><dd>{sums.keptShare === undefined ? '–' : `${format.number(100 * sums.keptShare)} %`}</dd></div>
      <div><dt>{t('route.kept')}</dt><dd>{format.number(sums.kept)}</dd></div>
      <div><dt>{t('route.escalated')}</dt><dd>{format.number(sums.escalated)}</dd></div>
    </dl>
  );
}
