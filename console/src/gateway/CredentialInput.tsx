import { PasswordInput, TextInput } from '@mantine/core';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { isReference } from './presets';

/**
 * Where a provider's key is found. Who runs the server names it (`env:…`, `file:…`) and never types it; who may not name
 * the server's environment has only the key itself to give, which is kept encrypted and never shown again.
 */
export function CredentialInput({ value, onChange, error, required, testId }: { value: string; onChange: (value: string) => void; error: string | undefined; required?: boolean; testId?: string }) {
  const { t } = useLanguage();
  const byReference = useByReference();
  const shared = { value, error: error ?? (byReference && badReference(value) ? t('providers.credential.bad') : undefined), required: required === true, autoComplete: 'off', 'data-testid': testId, onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value) };
  return byReference
    ? <TextInput label={t('providers.credential')} description={t('providers.credential.text')} placeholder="env:NAME" {...shared} />
    : <PasswordInput label={t('providers.secret')} description={t('providers.secret.text')} visibilityToggleButtonProps={{ 'aria-label': t('providers.secret.show') }} {...shared} autoComplete="new-password" />;
}

export const useByReference = (): boolean => useSession().may('tenants.write');

export const badReference = (value: string): boolean => value.trim() !== '' && !isReference(value.trim());
