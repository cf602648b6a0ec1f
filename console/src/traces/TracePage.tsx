import { Text } from '@mantine/core';
import { IconBolt } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useParams } from 'wouter';
import { useTrace } from '../api/queries';
import type { Trace } from '../api/types';
import { useLanguage } from '../i18n/language';
import { CopyIcon, Loaded, Page } from '../ui/parts';
import { StepDetail } from './StepDetail';
import { TraceStatus } from './Traces';
import { ticks, waterfall, type Step } from './waterfall';
import style from './traces.module.css';

export default function TracePage() {
  const { t, format } = useLanguage();
  const { trace: id = '' } = useParams();
  const query = useTrace(id);
  const top = query.data?.spans.find((span) => span.parent === undefined) ?? query.data?.spans[0];
  return (
    <Page title={top?.text || top?.name || t('trace.title')} crumbs={[{ to: '/traces', label: t('traces.title') }]}
      lead={<span className={style.lead}><span className="g-mono">{id}</span><CopyIcon value={id} />{top && <span>{format.moment(top.start)}</span>}</span>}>
      <Loaded query={query}>{(trace) => <Body trace={trace} />}</Loaded>
    </Page>
  );
}

function Body({ trace }: { trace: Trace }) {
  const { t, format } = useLanguage();
  const { steps, total } = useMemo(() => waterfall(trace), [trace]);
  const [chosen, setChosen] = useState<string>();
  const step = steps.find((one) => one.id === chosen) ?? steps[0];
  const sum = (of: (call: Trace['calls'][number]) => number | undefined) => trace.calls.reduce((all, call) => all + (of(call) ?? 0), 0);
  const costs = trace.calls.filter((call) => call.cost_usd !== undefined);
  const failed = trace.spans.find((span) => span.error) ?? trace.calls.find((call) => call.error);

  return (
    <>
      <dl className={style.sums}>
        <div><dt>{t('traces.status')}</dt><dd><TraceStatus status={failed ? 'error' : 'ok'} error={failed?.error} /></dd></div>
        <div><dt>{t('trace.total')}</dt><dd>{format.duration(total)}</dd></div>
        <div><dt>{t('trace.steps')}</dt><dd>{format.number(steps.length)}</dd></div>
        {trace.calls.length > 0 && (
          <>
            <div><dt>{t('trace.tokens')}</dt><dd>{t('trace.tokens.value', { input: sum((call) => call.input_tokens), output: sum((call) => call.output_tokens) })}</dd></div>
            <div><dt>{t('trace.cost')}</dt><dd>{costs.length > 0 ? format.usd(String(sum((call) => Number(call.cost_usd ?? 0)))) : t('trace.cost.free')}</dd></div>
          </>
        )}
      </dl>
      <div className={style.columns}>
        <section aria-label={t('trace.steps')} className={style.fall} data-testid="waterfall">
          <Axis total={total} />
          <ol className={style.steps}>
            {steps.map((one) => <Bar key={one.id} step={one} total={total} here={one.id === step?.id} choose={() => setChosen(one.id)} />)}
          </ol>
        </section>
        <section aria-label={t('trace.step')} className={style.detail} data-testid="step-detail">
          {step ? <StepDetail key={step.id} step={step} /> : <Text size="sm" c="dimmed">{t('trace.select')}</Text>}
        </section>
      </div>
    </>
  );
}

function Axis({ total }: { total: number }) {
  const { format } = useLanguage();
  return (
    <div className={style.axis} aria-hidden>
      <span />
      <div className={style.track}>{ticks(total).map((at) => <span key={at} style={{ insetInlineStart: `${(100 * at) / total}%` }}>{format.duration(at)}</span>)}</div>
    </div>
  );
}

function Bar({ step, total, here, choose }: { step: Step; total: number; here: boolean; choose: () => void }) {
  const { t, format } = useLanguage();
  const from = (100 * step.from) / total;
  const width = Math.min(100 - from, (100 * step.took) / total);
  return (
    <li>
      <button type="button" className={style.step} data-here={here || undefined} data-kind={step.kind} data-failed={step.failed || undefined} aria-pressed={here} onClick={choose} title={t('trace.open', { name: step.name })} data-testid="step">
        <span className={style.name} style={{ paddingInlineStart: `${Math.min(step.depth, 8) * 14}px` }}>
          {step.kind === 'call' && <IconBolt size={13} aria-hidden />}<span className="g-ellipsis">{step.name}</span>{step.failed && <span className="g-visually-hidden"> {t('trace.error')} </span>}
        </span>
        <span className={style.track}>
          <span className={style.bar} style={{ insetInlineStart: `${from}%`, width: `max(3px, ${width}%)` }} />
          <span className={style.took} style={from + width > 72 ? { insetInlineEnd: `${100 - from}%`, paddingInlineEnd: 6 } : { insetInlineStart: `${from + width}%`, paddingInlineStart: 6 }}>{format.duration(step.took)}</span>
        </span>
      </button>
    </li>
  );
}
