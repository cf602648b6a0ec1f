import { ActionIcon, Drawer, Tooltip } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconHistory, IconPlus } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useLocation, useParams, useSearchParams } from 'wouter';
import { segment } from '../api/address';
import { useCollections } from '../api/queries';
import type { Citation, Collection, Retrieval } from '../api/types';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import { Loaded, Loading, useTitle } from '../ui/parts';
import { Composer } from './Composer';
import { Conversations } from './Conversations';
import { NothingToAsk, Welcome } from './Welcome';
import { SourcePanel } from './SourcePanel';
import { TurnView } from './TurnView';
import { useThread } from './useThread';
import style from './ask.module.css';

const COLLECTION = 'gimbal.collection';

export default function Ask() {
  const { t } = useLanguage();
  const collections = useCollections();
  useTitle(t('ask.title'));
  return (
    <Loaded query={collections}>
      {(all) => all.some((one) => one.documents > 0) ? <Conversing collections={all} /> : <NothingToAsk />}
    </Loaded>
  );
}

function Conversing({ collections }: { collections: Collection[] }) {
  const { t } = useLanguage();
  const { conversation: id } = useParams();
  const [, go] = useLocation();
  const [parameters] = useSearchParams();
  const [source, setSource] = useState<{ citation: Citation; collection: string }>();
  const [history, setHistory] = useDisclosure(false);
  const wide = useMediaQuery('(min-width: 1180px)', true);
  const opened = useCallback((made: string) => go(`/ask/${segment(made)}`, { replace: true }), [go]);
  const thread = useThread(id, opened);

  const known = (name: string | null) => collections.find((one) => one.name === name)?.name;
  const [chosen, setChosen] = useState(() =>
    known(parameters.get('collection')) ?? known(localStorage.getItem(COLLECTION)) ?? collections.find((one) => one.documents > 0)?.name ?? '');
  const collection = thread.collection ?? chosen;
  const [retrieval, setRetrieval] = useState<Retrieval>('hybrid');
  const choose = (name: string) => {
    localStorage.setItem(COLLECTION, name);
    setChosen(name);
  };
  useEffect(() => setSource(undefined), [id]);
  useEffect(() => setHistory.close(), [id, setHistory]);

  const ask = (question: string) => void thread.ask(collection, question, retrieval);
  const bottom = useFollow(thread.turns);

  return (
    <div className={style.ask} data-source={source ? true : undefined}>
      <h1 className="g-visually-hidden">{t('ask.title')}</h1>
      <aside className={style.history} aria-label={t('ask.conversations')}><Conversations current={id} /></aside>
      <Drawer opened={history} onClose={setHistory.close} size={280} title={t('ask.conversations')} closeButtonProps={{ 'aria-label': t('common.close') }}><Conversations current={id} /></Drawer>
      <section className={style.middle} aria-label={t('ask.title')}>
        <div className={style.bar}>
          <Tooltip label={t('ask.conversations')}><ActionIcon variant="subtle" color="gray" onClick={setHistory.open} aria-label={t('ask.conversations')} data-testid="history"><IconHistory size={18} /></ActionIcon></Tooltip>
          <Tooltip label={t('ask.new')}><ActionIcon variant="subtle" color="gray" onClick={() => go('/ask')} aria-label={t('ask.new')}><IconPlus size={18} /></ActionIcon></Tooltip>
        </div>
        <div className={style.scroll} ref={bottom} tabIndex={0} role="log" aria-label={t('ask.conversations')} aria-live="off">
          <div className={style.thread} data-testid="thread">
            {thread.loading && <Loading />}
            {Boolean(thread.error) && <ErrorPanel error={thread.error} retry={thread.reload} />}
            {id === undefined && thread.turns.length === 0 && <Welcome collection={collection} ask={ask} />}
            {thread.turns.map((turn, at) => (
              <TurnView key={at} turn={turn} opened={source?.citation}
                open={(citation, of) => setSource({ citation, collection: of })} collection={collection}
                again={at === thread.turns.length - 1 && !thread.busy ? () => ask(thread.turns[at - 1]?.text ?? '') : undefined} />
            ))}
          </div>
        </div>
        <Composer collections={collections} collection={collection} fixed={id !== undefined || thread.turns.length > 0} choose={choose} retrieval={retrieval} setRetrieval={setRetrieval}
          busy={thread.busy} ask={ask} stop={thread.stop} />
      </section>
      {source && wide && <aside className={style.source} aria-label={t('ask.sources')}><SourcePanel {...source} onClose={() => setSource(undefined)} /></aside>}
      {!wide && (
        <Drawer.Root opened={source !== undefined} onClose={() => setSource(undefined)} position="right" size="min(560px, 94vw)" padding={0}>
          <Drawer.Overlay />
          <Drawer.Content aria-label={t('ask.sources')}>{source && <SourcePanel {...source} onClose={() => setSource(undefined)} />}</Drawer.Content>
        </Drawer.Root>
      )}
    </div>
  );
}

/** Keeps the end in sight while an answer grows, unless the reader has scrolled away from it. */
function useFollow(turns: unknown) {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const scrolled = () => {
      following.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
    };
    element.addEventListener('scroll', scrolled, { passive: true });
    return () => element.removeEventListener('scroll', scrolled);
  }, []);
  useEffect(() => {
    if (following.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [turns]);
  return box;
}
