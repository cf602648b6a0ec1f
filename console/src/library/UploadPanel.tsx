import { Button, Group, Progress, Text, VisuallyHidden } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconFolderPlus, IconUpload } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { documentsChanged } from '../api/queries';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import { fromDrop, fromInput } from './dropped';
import { dismissUpload, startUpload, stopUpload, totals, useUploads, type Chosen, type Upload } from './uploads';
import style from './library.module.css';

/** Drop files and folders anywhere on the screen, or choose them; below, what is on its way. */
export function UploadPanel({ collection }: { collection: string }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [over, setOver] = useState(false);
  const [nothing, setNothing] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const running = useUploads().filter((one) => one.collection === collection);

  useEffect(() => {
    const send = (chosen: Chosen[]) => {
      setNothing(chosen.length === 0);
      if (chosen.length > 0) void startUpload(collection, chosen, () => documentsChanged(client, collection));
    };
    // Entering a child fires before leaving its parent, so depth is counted.
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (carriesFiles(event)) setOver(++depth > 0);
    };
    const leave = (event: DragEvent) => {
      if (carriesFiles(event)) setOver(--depth > 0);
    };
    const drag = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void fromDrop(event.dataTransfer).then(send);
    };
    const chosen = (event: Event) => {
      const input = event.currentTarget as HTMLInputElement;
      send(fromInput(input.files));
      input.value = '';
    };
    const inputs = [files.current, folder.current];
    inputs.forEach((input) => input?.addEventListener('change', chosen));
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('dragover', drag);
    window.addEventListener('drop', drop);
    return () => {
      inputs.forEach((input) => input?.removeEventListener('change', chosen));
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('dragover', drag);
      window.removeEventListener('drop', drop);
    };
  }, [client, collection]);

  return (
    <section aria-label={t('upload.title')} className={style.uploads}>
      <div className={style.drop} data-over={over || undefined} data-testid="drop">
        <IconUpload size={22} stroke={1.5} aria-hidden />
        <div className={style.dropText}>
          <Text fw={600} size="sm">{over ? t('upload.drop.now') : t('upload.drop')}</Text>
          <Text size="xs" c="dimmed">{nothing ? t('upload.empty') : t('upload.formats')}</Text>
        </div>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => files.current?.click()} data-testid="choose-files">{t('upload.files')}</Button>
          <Button size="xs" variant="default" leftSection={<IconFolderPlus size={15} aria-hidden />} onClick={() => folder.current?.click()}>{t('upload.folder')}</Button>
        </Group>
        <input ref={files} type="file" multiple hidden aria-label={t('upload.files')} data-testid="file-input" />
        <input ref={folder} type="file" multiple hidden aria-label={t('upload.folder')} {...{ webkitdirectory: '' }} />
      </div>
      {running.map((one) => <Running key={one.id} upload={one} />)}
    </section>
  );
}

function Running({ upload: one }: { upload: Upload }) {
  const { t, format } = useLanguage();
  const { done, total, failed, failures } = totals(one);
  const ended = one.state === 'ended';
  const line = ended
    ? one.stopped
      ? t('upload.stopped')
      : total === 0 && one.errors.length === 0 ? t('upload.unchanged') : t('upload.done', { n: done })
    : one.state === 'sending'
      ? t('upload.sending', { sent: format.bytes(one.sent), total: format.bytes(one.bytes) })
      : t('upload.working', { done: done + failed, total });
  const share = one.state === 'sending' ? one.sent / Math.max(1, one.bytes) : (done + failed) / Math.max(1, total);
  return (
    <div className={style.running} data-testid="upload" data-state={one.state}>
      <div className={style.runningHead}>
        <Text size="sm" fw={550}>{line}</Text>
        <Text size="xs" c="dimmed">{t('upload.files.count', { n: one.files })}</Text>
        {failed > 0 && <Text size="xs" className={style.bad}>{t('upload.failures', { n: failed })}</Text>}
        <Button size="compact-xs" variant="subtle" color="gray" ml="auto" onClick={() => (ended ? dismissUpload(one.id) : stopUpload(one.id))}>
          {ended ? t('upload.dismiss') : t('upload.stop')}
        </Button>
      </div>
      {!ended && <Progress value={100 * share} size={5} transitionDuration={200} aria-label={line} />}
      <VisuallyHidden role="status">{ended ? line : ''}</VisuallyHidden>
      {failures.length > 0 && (
        <ul className={style.failures}>
          {failures.map((failure) => (
            <li key={failure.item}><span className={style.failedItem}>{failure.item}</span> <span>{failure.message}</span> <code>{failure.code}</code></li>
          ))}
        </ul>
      )}
      {one.errors.map((error, at) => <ErrorPanel key={at} error={error} />)}
    </div>
  );
}
