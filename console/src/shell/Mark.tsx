/** The sign: a gimbal's rings, tilted, and what it carries, level. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" strokeWidth="2.1" aria-hidden="true" focusable="false">
      <circle cx="16" cy="16" r="13.4" stroke="var(--g-sign)" />
      <ellipse cx="16" cy="16" rx="9.6" ry="4.6" transform="rotate(-38 16 16)" stroke="var(--g-sign)" />
      <path d="M9.5 16h13" stroke="var(--g-mark-line)" strokeLinecap="round" />
      <circle cx="16" cy="16" r="2.4" fill="var(--g-mark-line)" />
    </svg>
  );
}
