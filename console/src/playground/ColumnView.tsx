import { ActionIcon, Select, Text, Tooltip } from '@mantine/core';
import { IconPlayerStopFilled, IconSend, IconX } from '@tabler/icons-react';
import { Link } from 'wouter';
import { segment } from '../api/address';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import { CopyIcon } from '../ui/parts';
import { begun } from './answer';
import style from './playground.module.css';
import type { Run } from './run';
import { isRunning, type Column } from './usePlayground';

interface Props {
  column: Column;
  number: number;
  models: string[];
  ready: boolean;
  choose: (model: string) => void;
  run: () => void;
  stop: () => void;
  remove: (() => void) | undefined;
}

/** One model with its answer. */
export function ColumnView({ column, number, models, ready, choose, run, stop, remove }: Props) {
  const { t } = useLanguage();
  const data = [...new Set([...models, column.model])].filter(Boolean);
  return (
    <section className={style.column} aria-label={`${t('play.column', { n: number })}: ${column.model}`} data-testid="play-column" data-state={column.run?.state ?? 'new'}>
      <div className={style.head}>
        <Select value={column.model || null} onChange={(model) => model && choose(model)} data={data} searchable allowDeselect={false} aria-label={t('play.model', { n: number })} placeholder={t('play.model.choose')} className={style.model} data-testid="play-model" />
        {isRunning(column)
          ? <Tooltip label={t('play.stop')}><ActionIcon variant="light" color="brass" onClick={stop} aria-label={`${t('play.stop')}: ${column.model}`} data-testid="play-stop"><IconPlayerStopFilled size={14} /></ActionIcon></Tooltip>
          : <Tooltip label={t('play.run')}><ActionIcon variant="subtle" onClick={run} disabled={!ready || column.model === ''} aria-label={`${t('play.run')}: ${column.model}`} data-testid="play-one"><IconSend size={16} /></ActionIcon></Tooltip>}
        {remove && <Tooltip label={t('play.remove', { n: number })}><ActionIcon variant="subtle" color="gray" onClick={remove} aria-label={t('play.remove', { n: number })} data-testid="play-remove"><IconX size={16} /></ActionIcon></Tooltip>}
      </div>
      {column.run ? <RunView run={column.run} /> : <Text size="sm" c="dimmed" className={style.answer}>{t('play.waiting')}</Text>}
    </section>
  );
}

function RunView({ run }: { run: Run }) {
  const { t } = useLanguage();
  const { answer } = run;
  return (
    <>
      <Figures run={run} />
      <div className={style.answer} aria-busy={run.state === 'asking' || run.state === 'streaming'} tabIndex={0} role="group" aria-label={t('play.call')}>
        {run.state === 'asking' && <Text size="sm" c="dimmed">{t('play.asking')}…</Text>}
        {answer.reasoning && <details className={style.reasoning}><summary>{t('play.reasoning')}</summary><div className={style.text}>{answer.reasoning}</div></details>}
        {answer.text && <div className={style.text} data-testid="play-text">{answer.text}</div>}
        {answer.tools.map((tool, at) => <div key={at} className={style.tool} data-testid="play-tool"><span>{t('play.tool')}</span> <b className="g-mono">{tool.name}</b><pre className="g-mono">{pretty(tool.arguments)}</pre></div>)}
        {run.state === 'done' && !begun(answer) && <Text size="sm" c="dimmed">{t('play.empty')}</Text>}
        {run.state === 'stopped' && <Text size="sm" className={style.note} data-testid="play-stopped">{t('play.stopped')}</Text>}
        {run.error && <ErrorPanel error={run.error} />}
      </div>
      <span className="g-visually-hidden" role="status">{run.state === 'done' ? t('play.done') : run.state === 'stopped' ? t('play.stopped') : ''}</span>
      <Foot run={run} />
    </>
  );
}

function Figures({ run }: { run: Run }) {
  const { t, format } = useLanguage();
  const { record, answer } = run;
  const input = record?.input_tokens ?? answer.inputTokens;
  const output = record?.output_tokens ?? answer.outputTokens;
  const ended = run.tookMs !== undefined;
  const cost = record?.cost_usd !== undefined ? format.usd(record.cost_usd) : run.reading ? t('play.cost.reading') : ended && record ? t('play.cost.unknown') : '–';
  const figures: [string, string, string][] = [
    ['first', t('play.first'), run.firstMs === undefined ? '–' : format.duration(Math.round(run.firstMs))],
    ['total', t('play.total'), run.tookMs === undefined ? '–' : format.duration(Math.round(run.tookMs))],
    ['in', t('play.in'), input === undefined ? '–' : format.number(input)],
    ['out', t('play.out'), output === undefined ? '–' : format.number(output)],
    ['cost', t('play.cost'), cost],
  ];
  return (
    <dl className={style.figures}>
      {figures.map(([name, label, value]) => <div key={name}><dt>{label}</dt><dd data-testid={`play-${name}`}>{value}</dd></div>)}
    </dl>
  );
}

function Foot({ run }: { run: Run }) {
  const { t } = useLanguage();
  if (!run.call) return null;
  return (
    <div className={style.foot}>
      {run.answer.finish && <span>{t('play.finish')} <code className="g-mono">{run.answer.finish}</code></span>}
      {run.cache === 'hit' && <span>{t('play.cached')}</span>}
      {run.record
        ? <Link href={`/calls/${segment(run.call)}`} data-testid="play-call">{t('play.call')} <code className="g-mono">{run.call}</code></Link>
        : <span>{t('play.call')} <code className="g-mono">{run.call}</code></span>}
      <CopyIcon value={run.answer.text} />
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
