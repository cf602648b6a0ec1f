import { Badge, Button, Loader, Popover, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconBan, IconPencil, IconQuote, IconRefresh, IconTimeline } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { useDocument } from '../api/queries';
import { useSession } from '../api/session';
import type { AnswerKind, Citation } from '../api/types';
import { useLanguage } from '../i18n/language';
import { locatorText } from '../library/place';
import { Markdown } from '../markdown/Markdown';
import { ErrorPanel } from '../ui/ErrorPanel';
import { CopyIcon } from '../ui/parts';
import { collectionOf, markerOf } from './citations';
import { Feedback } from './Feedback';
import type { ShownTurn } from './useThread';
import style from './ask.module.css';

interface Props {
  turn: ShownTurn;
  collection: string;
  opened: Citation | undefined;
  open: (citation: Citation, collection: string) => void;
  again: (() => void) | undefined;
}

export function TurnView({ turn, ...rest }: Props) {
  const { t } = useLanguage();
  if (turn.by === 'application') return <AnswerView turn={turn} {...rest} />;
  return (
    <div className={style.question} data-testid="turn-user">
      <VisuallyHidden>{t('ask.you')}: </VisuallyHidden>
      <div className={style.questionText}>{turn.text}</div>
    </div>
  );
}

const NONE: Citation[] = [];

function AnswerView({ turn, collection, opened, open, again }: Props) {
  const { t } = useLanguage();
  const { may } = useSession();
  const citations = turn.citations ?? NONE;
  const byMarker = useMemo(() => new Map(citations.map((citation) => [markerOf(citation), citation])), [citations]);
  const markers = useMemo(() => new Set(byMarker.keys()), [byMarker]);
  const show = (citation: Citation) => open(citation, collectionOf(citation, collection));
  const streaming = turn.state === 'streaming';

  return (
    <article className={style.answer} data-testid="turn-application" data-state={turn.state} data-kind={turn.answer_kind} aria-busy={streaming}>
      <div className={style.answerHead}>
        <Text size="sm" fw={650}>{t('ask.application')}</Text>
        {turn.answer_kind && <Kind kind={turn.answer_kind} />}
        {streaming && <Loader size={12} type="dots" aria-label={t('ask.working')} />}
        <VisuallyHidden role="status">{turn.state === 'done' && turn.answer_kind && again ? t('ask.ready') : ''}</VisuallyHidden>
      </div>
      {turn.text === '' && streaming && <Text size="sm" c="dimmed">{t('ask.working')}…</Text>}
      <Markdown source={turn.text} markers={markers} citation={(marker) => {
        const citation = byMarker.get(marker);
        return citation && <Chip citation={citation} collection={collection} here={citation === opened} onClick={() => show(citation)} />;
      }} />
      {turn.state === 'stopped' && <Text size="sm" c="dimmed">{t('ask.stopped')}</Text>}
      {turn.state === 'failed' && <ErrorPanel error={turn.error} />}
      {citations.length > 0 && (
        <section className={style.sources} aria-label={t('ask.sources')}>
          {citations.map((citation) => <SourceLine key={markerOf(citation)} citation={citation} collection={collection} here={citation === opened} onClick={() => show(citation)} />)}
        </section>
      )}
      {!streaming && (
        <div className={style.actions}>
          {turn.trace && turn.state === 'done' && may('feedback.write') && <Feedback trace={turn.trace} />}
          {turn.text && <CopyIcon value={turn.text} label={t('ask.copy')} />}
          {again && turn.state !== 'done' && <Button size="compact-xs" variant="subtle" leftSection={<IconRefresh size={14} aria-hidden />} onClick={again} data-testid="again">{t('ask.again')}</Button>}
          {turn.trace && may('traces.read') && <Link href={`/traces/${turn.trace}`} className={style.trace} title={t('ask.trace.title')} data-testid="trace-link"><IconTimeline size={15} aria-hidden /> {t('ask.trace')}</Link>}
        </div>
      )}
    </article>
  );
}

const kinds = {
  generated: { color: 'petrol', icon: IconPencil },
  quoted: { color: 'brass', icon: IconQuote },
  refused: { color: 'gray', icon: IconBan },
} as const;

/** How the answer came to be, and, when pressed, what that means. */
function Kind({ kind }: { kind: AnswerKind }) {
  const { t } = useLanguage();
  const { color, icon: Sign } = kinds[kind];
  return (
    <Popover width={300} position="bottom-start" withArrow shadow="sm">
      <Popover.Target>
        <UnstyledButton className={style.kind} data-testid="answer-kind" data-kind={kind}>
          <Badge color={color} leftSection={<Sign size={12} aria-hidden />} style={{ cursor: 'pointer' }} fw={550}>{t(`ask.kind.${kind}`)}</Badge>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown><Text size="sm">{t(`ask.kind.${kind}.text`)}</Text></Popover.Dropdown>
    </Popover>
  );
}

/** A citation says which document it is of; its title is looked up where the answer does not bring it. */
function useTitleOf(citation: Citation, collection: string): string {
  const document = useDocument(collectionOf(citation, collection), citation.document, citation.title === undefined);
  return citation.title || document.data?.title || document.data?.key || citation.document;
}

interface SourceProps {
  citation: Citation;
  collection: string;
  here: boolean;
  onClick: () => void;
}

function Chip({ citation, collection, here, onClick }: SourceProps) {
  const { t } = useLanguage();
  const title = useTitleOf(citation, collection);
  const marker = markerOf(citation);
  return (
    <button type="button" className={style.chip} data-here={here || undefined} onClick={onClick} title={title} aria-label={t('ask.source.open', { marker, title })} data-testid="citation">{marker}</button>
  );
}

function SourceLine({ citation, collection, here, onClick }: SourceProps) {
  const { t } = useLanguage();
  const title = useTitleOf(citation, collection);
  const place = locatorText(citation.locator, t);
  return (
    <button type="button" className={style.sourceLine} data-here={here || undefined} onClick={onClick} data-testid="source">
      <span className={style.marker} aria-hidden>{markerOf(citation)}</span>
      <span className={style.sourceText}><span className={style.sourceTitle}>{title}</span>{place && <span className={style.sourcePlace}>{place}</span>}</span>
    </button>
  );
}
