import { Alert, Button, Collapse, FileButton, Group, NumberInput, Textarea } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconPhoto, IconX } from '@tabler/icons-react';
import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';
import { useLanguage } from '../i18n/language';
import style from './playground.module.css';
import { MOST_IMAGE_BYTES, wrongSchema, wrongTools, type Image, type Settings, type Wrong } from './request';

const KINDS = 'image/png,image/jpeg,image/webp,image/gif';

interface Props {
  settings: Settings;
  set: (part: Partial<Settings>) => void;
  submit: () => void;
  children: ReactNode;
}

/** What every column is asked. */
export function SettingsForm({ settings, set, submit, children }: Props) {
  const { t } = useLanguage();
  const [more, setMore] = useState(settings.tools !== '' || settings.schema !== '' || settings.images.length > 0);
  const send = (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
  const key = (event: KeyboardEvent) => {
    // While an input method composes (Chinese, for one), Enter belongs to it.
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  const number = (value: number | string) => (typeof value === 'number' ? value : undefined);
  return (
    <form className={style.settings} onSubmit={send} onKeyDown={key} aria-label={t('play.question')}>
      <div className={style.fields}>
        <Textarea label={t('play.system')} autosize minRows={2} maxRows={8} value={settings.system} onChange={(event) => set({ system: event.currentTarget.value })} className={style.system} data-testid="play-system" />
        <Textarea label={t('play.prompt')} description={t('play.prompt.text')} inputWrapperOrder={['label', 'input', 'description']} autosize minRows={2} maxRows={12} value={settings.prompt} onChange={(event) => set({ prompt: event.currentTarget.value })} className={style.prompt} required data-testid="play-prompt" />
      </div>
      <div className={style.row}>
        <NumberInput label={t('play.temperature')} placeholder={t('play.default')} value={settings.temperature ?? ''} onChange={(value) => set({ temperature: number(value) })} min={0} max={2} step={0.1} decimalScale={2} w={170} data-testid="play-temperature" />
        <NumberInput label={t('play.tokens')} placeholder={t('play.default')} value={settings.maxTokens ?? ''} onChange={(value) => set({ maxTokens: number(value) })} min={1} allowDecimal={false} w={170} data-testid="play-tokens" />
        <Button variant="subtle" color="gray" onClick={() => setMore(!more)} aria-expanded={more} leftSection={more ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />} data-testid="play-more">{t('play.more')}</Button>
      </div>
      <Collapse expanded={more}>
        <div className={style.fields}>
          <JsonField label={t('play.tools')} text={t('play.tools.text')} value={settings.tools} change={(tools) => set({ tools })} wrong={wrongTools(settings.tools)} testId="play-tools" />
          <JsonField label={t('play.schema')} text={t('play.schema.text')} value={settings.schema} change={(schema) => set({ schema })} wrong={wrongSchema(settings.schema)} testId="play-schema" />
        </div>
        <Images images={settings.images} change={(images) => set({ images })} />
      </Collapse>
      {children}
    </form>
  );
}

function JsonField({ label, text, value, change, wrong, testId }: { label: string; text: string; value: string; change: (value: string) => void; wrong: Wrong | undefined; testId: string }) {
  const { t } = useLanguage();
  const words: Record<Wrong, string> = { json: t('play.json'), list: t('play.json.list'), object: t('play.json.object') };
  return (
    <Textarea label={label} description={text} autosize minRows={3} maxRows={12} value={value} onChange={(event) => change(event.currentTarget.value)} error={wrong && words[wrong]}
      classNames={{ input: 'g-mono' }} spellCheck={false} className={style.prompt} data-testid={testId} />
  );
}

function Images({ images, change }: { images: Image[]; change: (images: Image[]) => void }) {
  const { t, format } = useLanguage();
  const [large, setLarge] = useState(false);
  const take = async (files: File[]) => {
    const sum = [...images, ...files.map(({ size }) => ({ bytes: size }))].reduce((all, { bytes }) => all + bytes, 0);
    setLarge(sum > MOST_IMAGE_BYTES);
    if (sum > MOST_IMAGE_BYTES) return;
    const read = await Promise.all(files.map(async (file) => ({ name: file.name, bytes: file.size, address: await addressOf(file) })));
    change([...images, ...read]);
  };
  return (
    <Group gap="xs" mt="sm" align="center">
      <FileButton onChange={(files) => void take(files)} accept={KINDS} multiple inputProps={{ 'aria-label': t('play.images.add') } as object}>
        {(props) => <Button {...props} variant="default" size="xs" leftSection={<IconPhoto size={15} aria-hidden />} data-testid="play-images">{t('play.images.add')}</Button>}
      </FileButton>
      {images.map((image, at) => (
        <Button key={`${image.name}-${at}`} size="xs" variant="light" color="gray" rightSection={<IconX size={13} aria-hidden />} onClick={() => change(images.filter((_, other) => other !== at))} data-testid="play-image">
          <span className="g-visually-hidden">{t('play.images.remove')} </span><span className="g-ellipsis" style={{ maxWidth: 160 }}>{image.name}</span>&nbsp;· {format.bytes(image.bytes)}
        </Button>
      ))}
      {large && <Alert color="red" p="xs" role="alert">{t('play.images.large', { size: format.bytes(MOST_IMAGE_BYTES) })}</Alert>}
    </Group>
  );
}

function addressOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(file);
  });
}
