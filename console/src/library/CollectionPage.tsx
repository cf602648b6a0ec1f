import { ActionIcon, Button, Menu, Tabs } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconDots, IconFileText, IconMessageQuestion, IconSearch, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation, useParams, useSearchParams } from 'wouter';
import { segment } from '../api/address';
import { api } from '../api/client';
import { documentsChanged, paths, useCollection } from '../api/queries';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { Confirm, Loaded, Page } from '../ui/parts';
import { Documents } from './Documents';
import { Search } from './Search';
import { UploadPanel } from './UploadPanel';
import style from './library.module.css';

export default function CollectionPage() {
  const { t } = useLanguage();
  const { collection: name = '' } = useParams();
  const { may } = useSession();
  const [, go] = useLocation();
  const client = useQueryClient();
  const collection = useCollection(name);
  const [parameters, setParameters] = useSearchParams();
  const [deleting, setDeleting] = useState(false);
  const known = collection.data;
  const tab = parameters.get('tab') === 'search' ? 'search' : 'documents';

  const actions = known && (
    <>
      <Button variant="default" leftSection={<IconMessageQuestion size={16} aria-hidden />} onClick={() => go(`/ask?collection=${segment(name)}`)} data-testid="ask-collection">{t('collection.ask')}</Button>
      {may('collections.write') && (
        <Menu position="bottom-end">
          <Menu.Target><ActionIcon variant="default" size={36} aria-label={t('app.menu')} data-testid="collection-menu"><IconDots size={18} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" leftSection={<IconTrash size={15} aria-hidden />} onClick={() => setDeleting(true)} data-testid="collection-delete">{t('collection.delete')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
  return (
    <Page title={known?.title || name} crumbs={[{ to: '/library', label: t('library.title') }]} actions={actions}
      lead={known && (
        <span className={style.counts}>
          {known.description && <span className={style.lead}>{known.description}</span>}
          <span>{t('library.documents', { n: known.documents })}</span>
          <span>{t('library.passages', { n: known.passages })}</span>
          {known.language && <span>{known.language}</span>}
        </span>
      )}>
      <Loaded query={collection}>
        {() => (
          <>
            {may('documents.write') && <UploadPanel collection={name} />}
            <Tabs value={tab} onChange={(chosen) => setParameters(chosen === 'search' ? { tab: 'search' } : {})} keepMounted={false}>
              <Tabs.List mb="md">
                <Tabs.Tab value="documents" leftSection={<IconFileText size={16} aria-hidden />}>{t('collection.tab.documents')}</Tabs.Tab>
                <Tabs.Tab value="search" leftSection={<IconSearch size={16} aria-hidden />} data-testid="tab-search">{t('collection.tab.search')}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="documents"><Documents collection={name} /></Tabs.Panel>
              <Tabs.Panel value="search"><Search collection={name} /></Tabs.Panel>
            </Tabs>
          </>
        )}
      </Loaded>
      {deleting && known && (
        <Confirm title={t('collection.delete')} text={t('collection.delete.text', { name: known.title || name, n: known.documents })} action={t('common.delete')}
          onClose={() => setDeleting(false)}
          run={async () => {
            await api.delete(paths.collection(name));
            documentsChanged(client);
            go('/library');
          }} />
      )}
    </Page>
  );
}
