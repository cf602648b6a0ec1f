import { ActionIcon, Button, CopyButton, Group, Loader, Modal, Text, Title, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, type Icon } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { asApiError, type ApiError } from '../api/errors';
import type { ListOf } from '../api/queries';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from './ErrorPanel';
import style from './ui.module.css';

/** A screen with its one heading; sets the window's title. */
export function Page({ title, lead, crumbs, actions, children }: {
  title: string;
  lead?: ReactNode;
  crumbs?: { to: string; label: string }[];
  actions?: ReactNode;
  children: ReactNode;
}) {
  useTitle(title);
  return (
    <div className={style.page}>
      <div className={style.head}>
        <div className={style.headText}>
          {crumbs && (
            <div className={style.crumbs}>
              {crumbs.map((crumb) => <span key={crumb.to} className="g-ellipsis"><Link href={crumb.to}>{crumb.label}</Link> /</span>)}
            </div>
          )}
          <Title order={1}>{title}</Title>
          {lead && <Text c="dimmed" size="sm" component="div">{lead}</Text>}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </div>
      {children}
    </div>
  );
}

export function useTitle(title: string): void {
  const { t } = useLanguage();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
}

export function Loading() {
  const { t } = useLanguage();
  return <div className={style.loading} role="status" aria-label={t('app.loading')}><Loader size="sm" type="dots" /></div>;
}

/** Nothing here yet, and what to do about it. */
export function Empty({ icon: Sign, title, children, actions }: { icon: Icon; title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={style.empty} data-testid="empty">
      <Sign size={40} stroke={1.2} aria-hidden />
      <Title order={2} size="h3">{title}</Title>
      {children && <Text size="sm" component="p">{children}</Text>}
      {actions && <div className={style.emptyActions}>{actions}</div>}
    </div>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** Loading, failure or the thing itself. */
export function Loaded<T>({ query, children }: { query: Asked<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  return <Loading />;
}

/** A list that grows: loading, failure, `empty`, or its rows with a button for more. */
export function Growing<T>({ list, empty, children }: { list: ListOf<T>; empty: ReactNode; children: (items: T[]) => ReactNode }) {
  const { t } = useLanguage();
  if (list.data === undefined && list.error) return <ErrorPanel error={list.error} retry={() => void list.refetch()} />;
  if (list.data === undefined) return <Loading />;
  if (list.items.length === 0) return empty;
  return (
    <>
      {children(list.items)}
      {list.error && <ErrorPanel error={list.error} retry={() => void list.fetchNextPage()} />}
      {list.hasNextPage && (
        <div className={style.more}>
          <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()} data-testid="more">{t('common.more')}</Button>
        </div>
      )}
    </>
  );
}

export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className={style.facts}>
      {facts.filter(([, value]) => value !== undefined && value !== null && value !== '').map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}

/** A moment, short; in full on hover and for machines. */
export function When({ at }: { at: string | undefined }) {
  const { t, format } = useLanguage();
  if (!at) return <Text span c="dimmed" inherit>{t('common.never')}</Text>;
  return <time dateTime={at} title={format.moment(at)} style={{ whiteSpace: 'nowrap' }}>{format.ago(at)}</time>;
}

export function CopyIcon({ value, label }: { value: string; label?: string }) {
  const { t } = useLanguage();
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('common.copied') : (label ?? t('common.copy'))}>
          <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={copied ? t('common.copied') : (label ?? t('common.copy'))}>
            {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** Asks before something that cannot be taken back. Stays open, with the reason, when it fails. */
export function Confirm({ title, text, action, keep, run, onClose }: {
  title: string;
  text: string;
  action: string;
  /** The way out, where “Cancel” would be read as the act itself. */
  keep?: string;
  run: () => Promise<void>;
  onClose: () => void;
}) {
  const { t } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const go = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await run();
      onClose();
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('common.close') }} data-testid="confirm">
      <Text size="sm" mb="md" style={{ overflowWrap: 'anywhere' }}>{text}</Text>
      {error && <ErrorPanel error={error} />}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>{keep ?? t('common.cancel')}</Button>
        <Button color="red" loading={busy} onClick={() => void go()} data-testid="confirm-go">{action}</Button>
      </Group>
    </Modal>
  );
}
