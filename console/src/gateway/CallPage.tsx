import { Button } from '@mantine/core';
import { IconTimeline } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useParams } from 'wouter';
import { segment } from '../api/address';
import { useCall, useTrace } from '../api/queries';
import { useSession } from '../api/session';
import type { Call, CallAttempt } from '../api/types';
import { useLanguage } from '../i18n/language';
import { Content } from '../traces/StepDetail';
import { CopyIcon, Facts, Loaded, Page } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { plain } from './amounts';
import { CallTable } from './RecordedCalls';
import { Sign, tagsText, word } from './parts';
import { usePrincipalNames } from './queries';
import { notesOf, stepOf, type GuardVerdict } from './verdicts';
import style from './gateway.module.css';

/** One call: its tokens, money and timing, what its step in the trace says, and what was said as far as it was kept. */
export default function CallPage() {
  const { t, format } = useLanguage();
  const { call: id = '' } = useParams();
  const query = useCall(id, true);
  const call = query.data;
  const actions = call?.trace && <Button component={Link} href={`/traces/${segment(call.trace)}`} variant="default" leftSection={<IconTimeline size={16} aria-hidden />} data-testid="call-trace">{t('call.trace')}</Button>;
  return (
    <Page title={call ? call.requested || call.model || t('call.title') : t('call.title')} crumbs={[{ to: '/calls?tab=recorded', label: t('calls.title') }]} actions={actions}
      lead={<span style={{ overflowWrap: 'anywhere' }}><span className="g-mono">{id}</span> <CopyIcon value={id} /> {call && format.moment(call.at)}</span>}>
      <Loaded query={query}>{(loaded) => <Body call={loaded} />}</Loaded>
    </Page>
  );
}

function Body({ call }: { call: Call }) {
  const { t, format } = useLanguage();
  const { nameOf } = usePrincipalNames();
  const trace = useTrace(call.trace ?? '', call.trace !== undefined);
  const notes = notesOf(stepOf(trace.data, call.id)?.attributes ?? {});
  const cache = call.cache ?? notes.cache;
  const inner = (trace.data?.calls ?? []).filter((one) => one.parent === call.id);
  const count = (value: number | undefined) => (value === undefined ? undefined : format.number(value));
  const usd = (value: string | undefined) => (value === undefined ? undefined : `$${plain(value)}`);
  const ms = (value: number | undefined) => (value === undefined ? undefined : format.duration(value));
  return (
    <div data-testid="call">
      <div className={style.panels}>
        <Panel title={t('call.about')}>
          <Facts facts={[
            [t('calls.outcome'), <Sign key="outcome" prefix="call.outcome" value={call.outcome ?? 'unknown'} />],
            [t('call.status'), call.status],
            [t('trace.error'), call.error && <code>{call.error}</code>],
            [t('calls.kind'), `${word(t, 'call.kind', call.kind)}${call.stream ? ` · ${t('calls.stream')}` : ''}`],
            [t('traces.principal'), call.principal && nameOf(call.principal)],
            [t('traces.tag'), tagsText(call.tags)],
          ]} />
        </Panel>
        <Panel title={t('call.way')}>
          <Facts facts={[
            [t('trace.requested'), call.requested],
            [t('call.route'), notes.route && <Link href={`/routes/${segment(notes.route)}`}>{notes.route}</Link>],
            [t('calls.answered'), call.outcome === 'refused' && call.model === call.requested ? undefined : call.model],
            [t('call.escalated'), notes.escalated && word(t, 'route.check', notes.escalated)],
            [t('call.cache'), cache && word(t, 'call.cache', cache)],
            [t('call.saved'), usd(notes.saved)],
            ...notes.other.map(([name, value]): [string, ReactNode] => [name, value]),
          ]} />
        </Panel>
        <Panel title={t('call.money')}>
          <Facts facts={[
            [t('call.input'), count(call.input_tokens)],
            [t('trace.cached'), call.cached_tokens ? count(call.cached_tokens) : undefined],
            [t('call.output'), count(call.output_tokens)],
            [t('call.counted'), call.estimated ? t('trace.estimated') : undefined],
            [t('call.reserved'), usd(call.reserved_usd)],
            [t('traces.cost'), usd(call.cost_usd) ?? (call.input_tokens !== undefined ? t('trace.cost.free') : call.outcome === 'refused' ? t('call.cost.refused') : t('common.unknown'))],
          ]} />
        </Panel>
        <Panel title={t('call.timing')}>
          <Facts facts={[
            [t('call.began'), format.moment(call.at)],
            [t('trace.first'), ms(call.first_byte_ms)],
            [t('traces.took'), ms(call.took_ms)],
            [t('call.rate'), rate(call) === undefined ? undefined : t('call.rate.value', { n: format.number(rate(call) ?? 0) })],
          ]} />
        </Panel>
      </div>
      {call.attempts && <Attempts attempts={call.attempts} />}
      {notes.verdicts.length > 0 && <Verdicts verdicts={notes.verdicts} />}
      {inner.length > 0 && <section className={style.section} aria-labelledby="inner"><h2 id="inner">{t('call.inner')}</h2><CallTable calls={inner} /></section>}
      <section className={style.section} aria-label={t('call.content')}>
        {call.content?.input === undefined && call.content?.output === undefined ? <p className={style.legend}>{t('trace.content.none')}</p> : (
          <>
            {call.content?.input !== undefined && <Content title={t('trace.input')} value={call.content.input} />}
            {call.content?.output !== undefined && <Content title={t('trace.output')} value={call.content.output} />}
          </>
        )}
      </section>
    </div>
  );
}

/** Output tokens a second after the first byte. */
function rate(call: Call): number | undefined {
  const writing = (call.took_ms ?? 0) - (call.first_byte_ms ?? 0);
  return call.stream && call.output_tokens && writing > 0 ? (1000 * call.output_tokens) / writing : undefined;
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return <section className={style.panel}><h2>{title}</h2>{children}</section>;
}

/** Each time that a target was asked, in order. */
function Attempts({ attempts }: { attempts: CallAttempt[] }) {
  const { t, format } = useLanguage();
  return (
    <section className={style.section} aria-labelledby="attempts">
      <h2 id="attempts">{t('call.attempts')}</h2>
      <div className={ui.scroll}>
        <table className={`${ui.table} ${ui.stack}`} aria-label={t('call.attempts')} data-testid="attempts">
          <thead><tr><th scope="col">{t('call.target')}</th><th scope="col">{t('providers.credential')}</th><th scope="col">{t('calls.outcome')}</th><th scope="col" className={ui.number}>{t('traces.took')}</th><th scope="col" className={ui.number}>{t('traces.cost')}</th></tr></thead>
          <tbody>
            {attempts.map((one) => (
              <tr key={one.number} data-testid="attempt-row">
                <td data-wide><span className={ui.sub}>{one.number}</span> <b className="g-mono">{one.target}</b></td>
                <td data-label={t('providers.credential')}>{one.credential}</td>
                <td><Ended attempt={one} /></td>
                <td className={ui.number} data-label={t('traces.took')}>{format.duration(one.millis)}</td>
                <td className={ui.number} data-label={t('traces.cost')}>{one.cost_usd === undefined ? t('common.unknown') : format.usd(one.cost_usd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Ended({ attempt }: { attempt: CallAttempt }) {
  const { t } = useLanguage();
  if (attempt.ended === 'succeeded') return <Sign prefix="call.outcome" value="succeeded" />;
  const [, reason] = /^judged (\S+)$/.exec(attempt.ended) ?? [];
  if (reason) return <>{t('call.attempt.judged', { reason: word(t, 'route.check', reason) })}</>;
  return <><Sign prefix="call.outcome" value="failed" /> {attempt.ended}{attempt.error && <div className={`${ui.sub} g-mono`}>{attempt.error}</div>}</>;
}

function Verdicts({ verdicts }: { verdicts: GuardVerdict[] }) {
  const { t } = useLanguage();
  const { may } = useSession();
  return (
    <section className={style.section} aria-labelledby="verdicts">
      <h2 id="verdicts">{t('call.verdicts')}</h2>
      <div className={ui.scroll}>
        <table className={`${ui.table} ${ui.stack}`} aria-label={t('call.verdicts')} data-testid="verdicts">
          <thead><tr><th scope="col">{t('guards.guard')}</th><th scope="col">{t('guards.place')}</th><th scope="col">{t('guards.verdict')}</th><th scope="col">{t('guards.action')}</th><th scope="col">{t('guards.found')}</th></tr></thead>
          <tbody>
            {verdicts.map((one) => (
              <tr key={`${one.guard}.${one.place}`}>
                <td data-wide>{may('guards.read') ? <Link href={`/guards/${segment(one.guard)}`}>{one.guard}</Link> : one.guard}</td>
                <td>{word(t, 'guard.place', one.place)}</td>
                <td><Sign prefix="guard.outcome" value={one.outcome} /></td>
                <td>{word(t, 'guard.action', one.action)}</td>
                <td>{one.found.map(([kind, times]) => `${kind} × ${times}`).join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
