import { Modal, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { IconBooks, IconFileText, IconSearch, type Icon } from '@tabler/icons-react';
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import { segment } from '../api/address';
import { api } from '../api/client';
import { paths, useCollections } from '../api/queries';
import { useSession } from '../api/session';
import type { Document, Page } from '../api/types';
import { useLanguage } from '../i18n/language';
import { tasksFor } from './navigation';
import style from './Palette.module.css';

interface Entry {
  id: string;
  group: string;
  label: string;
  sub?: string;
  to: string;
  icon: Icon;
}

/** Documents are looked for in this many collections at once: the palette must stay quick. */
const COLLECTIONS_SEARCHED = 8;
const PER_GROUP = 6;

/** Everything by name, from the keyboard. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useLanguage();
  const [, go] = useLocation();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const entries = useEntries(text.trim());
  useEffect(() => setAt(0), [text]);
  const chosen = entries[Math.min(at, entries.length - 1)];

  const open = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    go(entry.to);
  };
  const key = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setAt((now) => Math.min(now + 1, entries.length - 1));
    else if (event.key === 'ArrowUp') setAt((now) => Math.max(0, now - 1));
    else if (event.key === 'Enter') open(chosen);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    document.getElementById(`palette-${chosen?.id}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen?.id]);

  const groups = [...new Set(entries.map((entry) => entry.group))];
  return (
    <Modal.Root opened onClose={onClose} padding={0} size={560} yOffset="12vh" centered={false} transitionProps={{ duration: 80 }}>
      <Modal.Overlay />
      <Modal.Content aria-label={t('palette.title')}>
      <TextInput variant="unstyled" size="md" leftSection={<IconSearch size={17} aria-hidden />} value={text} onChange={(event) => setText(event.currentTarget.value)} onKeyDown={key}
        placeholder={t('palette.placeholder')} aria-label={t('palette.title')} role="combobox" aria-expanded aria-controls="palette-list" aria-activedescendant={chosen && `palette-${chosen.id}`}
        autoComplete="off" data-autofocus data-testid="palette" className={style.field} />
      <div id="palette-list" role="listbox" aria-label={t('palette.title')} className={style.list}>
        {groups.map((group) => (
          <div key={group} role="group" aria-label={group}>
            <div className={style.group} aria-hidden>{group}</div>
            {entries.filter((entry) => entry.group === group).map((entry) => (
              <div key={entry.id} id={`palette-${entry.id}`} role="option" aria-selected={entry === chosen} className={style.entry} data-testid="palette-entry"
                onClick={() => open(entry)} onMouseMove={() => setAt(entries.indexOf(entry))}>
                <entry.icon size={16} stroke={1.7} aria-hidden /> <span className="g-ellipsis">{entry.label}</span>
                {entry.sub && <span className={`${style.sub} g-ellipsis`}>{entry.sub}</span>}
              </div>
            ))}
          </div>
        ))}
      </div>
      {entries.length === 0 && <Text size="sm" c="dimmed" p="md">{t('palette.none', { text })}</Text>}
      <Text size="xs" c="dimmed" className={style.hint}>{t('palette.hint')}</Text>
      <span className="g-visually-hidden" role="status">{t('palette.found', { n: entries.length })}</span>
      </Modal.Content>
    </Modal.Root>
  );
}

function useEntries(text: string): Entry[] {
  const { t } = useLanguage();
  const { may } = useSession();
  const collections = useCollections();
  const [wanted] = useDebouncedValue(text, 200);
  const searched = wanted.length > 0 ? (collections.data ?? []).slice(0, COLLECTIONS_SEARCHED) : [];
  const found = useQueries({
    queries: searched.map((collection) => ({
      queryKey: ['documents', collection.name, 'palette', wanted],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.get<Page<Document>>(paths.documents(collection.name), { text: wanted, limit: PER_GROUP }, signal),
      staleTime: 10_000,
    })),
  });
  const matches = (words: string) => words.toLowerCase().includes(text.toLowerCase());
  const pages = tasksFor(may).flatMap((task) => task.screens).filter((screen) => matches(`${t(screen.label)} ${screen.path}`));
  const documents = found.flatMap((one, at) => (one.data?.data ?? []).map((document) => ({ document, collection: searched[at]?.name ?? '' })));
  return useMemo(
    () => [
      ...pages.map((screen): Entry => ({ id: screen.path.slice(1), group: t('palette.pages'), label: t(screen.label), to: screen.path, icon: screen.icon })),
      ...(collections.data ?? []).filter((one) => matches(`${one.name} ${one.title ?? ''}`)).slice(0, PER_GROUP)
        .map((one): Entry => ({ id: one.id, group: t('palette.collections'), label: one.title || one.name, sub: one.name, to: `/library/${segment(one.name)}`, icon: IconBooks })),
      ...documents.slice(0, 2 * PER_GROUP)
        .map(({ document, collection }): Entry => ({ id: document.id, group: t('palette.documents'), label: document.title || document.key, sub: collection, to: `/library/${segment(collection)}/${segment(document.id)}`, icon: IconFileText })),
    ],
    // The lists are made anew at each drawing; what they are made of is what counts.
    [text, wanted, collections.data, documents.map((one) => one.document.id).join(), t],
  );
}
