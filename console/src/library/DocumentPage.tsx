import { ActionIcon, Button, Menu, Select, Tabs, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconDots, IconDownload, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation, useParams, useSearchParams } from 'wouter';
import { apiAddress, segment } from '../api/address';
import { api } from '../api/client';
import { documentsChanged, paths, useContent, useDocument, useVersions } from '../api/queries';
import { useSession } from '../api/session';
import type { Document, DocumentVersion } from '../api/types';
import { useLanguage } from '../i18n/language';
import { Confirm, CopyIcon, Facts, Loaded, Page, When } from '../ui/parts';
import { DocumentText } from './DocumentText';
import { State } from './State';
import style from './library.module.css';
import ui from '../ui/ui.module.css';

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export default function DocumentPage() {
  const { t } = useLanguage();
  const { collection = '', document: id = '' } = useParams();
  const { may } = useSession();
  const [, go] = useLocation();
  const client = useQueryClient();
  const [parameters] = useSearchParams();
  const [deleting, setDeleting] = useState(false);
  const document = useDocument(collection, id);
  const known = document.data;
  const title = known?.title || known?.key || id;
  const version = wholeNumber(parameters.get('version')) ?? known?.version;

  const actions = known && version !== undefined && (
    <>
      <Button component="a" variant="default" leftSection={<IconDownload size={16} aria-hidden />} href={apiAddress(paths.content(collection, id, version), { form: 'original' })} download data-testid="download">
        {t('document.download')}
      </Button>
      {may('documents.write') && (
        <Menu position="bottom-end">
          <Menu.Target><ActionIcon variant="default" size={36} aria-label={t('app.menu')} data-testid="document-menu"><IconDots size={18} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" leftSection={<IconTrash size={15} aria-hidden />} onClick={() => setDeleting(true)} data-testid="document-delete">{t('document.delete')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
  return (
    <Page title={title} actions={actions} crumbs={[{ to: '/library', label: t('library.title') }, { to: `/library/${segment(collection)}`, label: collection }]}
      lead={known && <span className={style.counts}><State state={known.state} />{known.format && <span>{known.format}</span>}<span>{t('document.version.n', { n: version ?? known.version })}</span><span><When at={known.updated} /></span></span>}>
      <Loaded query={document}>
        {(data) => <Body collection={collection} document={data} version={version ?? data.version} />}
      </Loaded>
      {deleting && (
        <Confirm title={t('document.delete')} text={t('document.delete.text', { title })} action={t('common.delete')} onClose={() => setDeleting(false)}
          run={async () => {
            await api.delete(paths.document(collection, id));
            go(`/library/${segment(collection)}`);
            documentsChanged(client, collection);
          }} />
      )}
    </Page>
  );
}

function Body({ collection, document, version }: { collection: string; document: Document; version: number }) {
  const { t, format } = useLanguage();
  const [, go] = useLocation();
  const [parameters] = useSearchParams();
  const versions = useVersions(collection, document.id);
  const start = wholeNumber(parameters.get('start'));
  const end = wholeNumber(parameters.get('end'));
  const here = `/library/${segment(collection)}/${segment(document.id)}`;
  const shown = versions.data?.find((one) => one.version === version);
  return (
    <Tabs defaultValue="text" keepMounted={false}>
      <div className={style.tabs}>
        <Tabs.List className={style.tabList}>
          <Tabs.Tab value="text">{t('document.text')}</Tabs.Tab>
          <Tabs.Tab value="details" data-testid="tab-details">{t('document.details')}</Tabs.Tab>
          <Tabs.Tab value="versions" data-testid="tab-versions">{t('document.versions')}{versions.data && ` (${versions.data.length})`}</Tabs.Tab>
        </Tabs.List>
        {versions.data && versions.data.length > 1 && (
          <Select size="xs" w={150} aria-label={t('document.version')} value={String(version)} allowDeselect={false} className={style.versionSelect}
            onChange={(chosen) => go(`${here}?version=${chosen}`)}
            data={versions.data.map((one) => ({ value: String(one.version), label: versionName(one, document, t) }))} />
        )}
      </div>
      <Tabs.Panel value="text">
        {version !== document.version && (
          <Text size="sm" className={style.notice}>{t('document.version.old', { n: version, latest: document.version })} <Link href={here}>{t('document.version.show')}</Link></Text>
        )}
        <VersionText collection={collection} document={document} version={version} shown={shown} range={start !== undefined && end !== undefined ? { start, end } : undefined} />
      </Tabs.Panel>
      <Tabs.Panel value="details">
        <Facts facts={[
          [t('document.key'), document.key],
          [t('document.id'), <span key="id" className="g-mono">{document.id} <CopyIcon value={document.id} /></span>],
          [t('documents.format'), document.format],
          [t('documents.size'), document.bytes === undefined ? undefined : format.bytes(document.bytes)],
          [t('documents.passages'), document.passages === undefined ? undefined : format.number(document.passages)],
          [t('document.characters'), shown?.characters === undefined ? undefined : format.number(shown.characters)],
          [t('document.extractor'), shown?.extractor],
          [t('document.created'), format.moment(document.created)],
          [t('documents.updated'), format.moment(document.updated)],
        ]} />
        {document.metadata && Object.keys(document.metadata).length > 0 && (
          <>
            <h2 className={style.subhead}>{t('document.metadata')}</h2>
            <Facts facts={Object.entries(document.metadata).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])} />
          </>
        )}
      </Tabs.Panel>
      <Tabs.Panel value="versions">
        <Loaded query={versions}>{(all) => <Versions all={all} document={document} here={here} />}</Loaded>
      </Tabs.Panel>
    </Tabs>
  );
}

function versionName(one: DocumentVersion, document: Document, t: ReturnType<typeof useLanguage>['t']): string {
  const name = t('document.version.n', { n: one.version });
  return one.version === document.version ? `${name} (${t('document.version.latest')})` : name;
}

function VersionText({ collection, document, version, shown, range }: {
  collection: string;
  document: Document;
  version: number;
  shown: DocumentVersion | undefined;
  range: { start: number; end: number } | undefined;
}) {
  const { t } = useLanguage();
  const state = shown?.state ?? (version === document.version ? document.state : 'ready');
  const error = shown?.error ?? (version === document.version ? document.error : undefined);
  const content = useContent(collection, document.id, state === 'ready' ? version : undefined);
  if (state === 'failed') {
    return <div className={style.notice} role="note"><Text fw={600} size="sm">{t('document.failed')}</Text><Text size="sm">{error?.message}</Text>{error && <Text size="xs" c="dimmed" className="g-mono">{error.code}</Text>}</div>;
  }
  if (state !== 'ready') return <Text c="dimmed" size="sm">{t('document.waiting')}</Text>;
  return (
    <section aria-label={t('document.plain')}>
      <Loaded query={content}>{(text) => <DocumentText text={text} range={range} />}</Loaded>
    </section>
  );
}

function Versions({ all, document, here }: { all: DocumentVersion[]; document: Document; here: string }) {
  const { t, format } = useLanguage();
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('document.versions')} data-testid="versions">
        <thead>
          <tr><th scope="col">{t('document.version')}</th><th scope="col">{t('documents.state')}</th><th scope="col" className={ui.number}>{t('documents.passages')}</th><th scope="col" className={ui.number}>{t('documents.size')}</th><th scope="col">{t('document.created')}</th></tr>
        </thead>
        <tbody>
          {all.map((one) => (
            <tr key={one.version}>
              <td data-wide><Link href={`${here}?version=${one.version}`}>{versionName(one, document, t)}</Link>{one.error && <div className={ui.sub}>{one.error.message}</div>}</td>
              <td><State state={one.state} /></td>
              <td className={ui.number} data-label={t('documents.passages')}>{one.passages === undefined ? '' : format.number(one.passages)}</td>
              <td className={ui.number}>{one.bytes === undefined ? '' : format.bytes(one.bytes)}</td>
              <td className={ui.nowrap}><When at={one.created} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
