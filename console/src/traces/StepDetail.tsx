import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCall } from '../api/queries';
import type { Call, Span } from '../api/types';
import { useLanguage } from '../i18n/language';
import { CopyIcon, Facts } from '../ui/parts';
import { TraceStatus } from './Traces';
import type { Step } from './waterfall';
import style from './traces.module.css';

/** What one step did. */
export function StepDetail({ step }: { step: Step }) {
  const { t } = useLanguage();
  return (
    <>
      <Text size="xs" c="dimmed">{step.kind === 'call' ? t('trace.call') : t('trace.step')}</Text>
      <Title order={2} size="h3" className={style.detailTitle}>{step.name}</Title>
      {step.span && <SpanDetail span={step.span} from={step.from} />}
      {step.call && <CallDetail call={step.call} />}
    </>
  );
}

function SpanDetail({ span, from }: { span: Span; from: number }) {
  const { t, format } = useLanguage();
  const attributes = Object.entries(span.attributes ?? {});
  return (
    <>
      <Facts facts={[
        [t('traces.took'), span.took_ms === undefined ? undefined : format.duration(span.took_ms)],
        [t('trace.scale'), format.duration(from)],
        [t('traces.model'), span.model],
        [t('trace.error'), span.error && <TraceStatus status="error" error={span.error} />],
      ]} />
      {span.text && <Content title={t('trace.input')} value={span.text} />}
      <h3 className={style.subhead}>{t('trace.attributes')}</h3>
      {attributes.length === 0 ? <Text size="sm" c="dimmed">{t('trace.none')}</Text> : <Facts facts={attributes.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])} />}
    </>
  );
}

function CallDetail({ call: given }: { call: Call }) {
  const { t, format } = useLanguage();
  // A trace may leave out what was said; the call itself has it where it was kept.
  const full = useCall(given.id, given.content === undefined);
  const call = full.data ?? given;
  const tokens = (count: number | undefined) => (count === undefined ? undefined : format.number(count));
  return (
    <>
      <Facts facts={[
        [t('traces.model'), call.model],
        [t('trace.requested'), call.requested !== call.model ? call.requested : undefined],
        [t('trace.outcome'), [call.outcome, call.status].filter((part) => part !== undefined).join(' · ')],
        [t('trace.error'), call.error && <TraceStatus status="error" error={call.error} />],
        [t('traces.took'), call.took_ms === undefined ? undefined : format.duration(call.took_ms)],
        [t('trace.first'), call.first_byte_ms === undefined ? undefined : format.duration(call.first_byte_ms)],
        [t('trace.tokens'), call.input_tokens === undefined && call.output_tokens === undefined ? undefined
          : `${t('trace.tokens.value', { input: tokens(call.input_tokens) ?? '?', output: tokens(call.output_tokens) ?? '?' })}${call.estimated ? ` (${t('trace.estimated')})` : ''}`],
        [t('trace.cached'), call.cached_tokens ? tokens(call.cached_tokens) : undefined],
        [t('trace.cost'), call.cost_usd === undefined ? t('trace.cost.free') : `$${call.cost_usd}`],
        [t('traces.principal'), call.principal],
        [t('traces.tag'), Object.entries(call.tags ?? {}).map(([name, value]) => `${name}=${value}`).join(', ')],
        [t('document.id'), <span key="id" className="g-mono">{call.id}</span>],
      ]} />
      {call.content?.input === undefined && call.content?.output === undefined ? <Text size="sm" c="dimmed" mt="md">{t('trace.content.none')}</Text> : (
        <>
          {call.content?.input !== undefined && <Content title={t('trace.input')} value={call.content.input} />}
          {call.content?.output !== undefined && <Content title={t('trace.output')} value={call.content.output} />}
        </>
      )}
    </>
  );
}

/** What went in or came out, exactly: JSON indented, anything else as it is. */
export function Content({ title, value }: { title: ReactNode; value: unknown }) {
  const text = pretty(value);
  return (
    <>
      <h3 className={style.subhead}>{title} <CopyIcon value={text} /></h3>
      <pre className={style.content} tabIndex={0} data-testid="content">{text}</pre>
    </>
  );
}

function pretty(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  try {
    return /^\s*[[{]/.test(value) ? JSON.stringify(JSON.parse(value), null, 2) : value;
  } catch {
    return value;
  }
}
