import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/*
 * A ship's instrument: petrol for what can be done, brass for what is pointed at (a cited place, a warning), everything
 * else ink on paper. No web fonts: the reader's own system has better Chinese than we could ship.
 */
const petrol: MantineColorsTuple = [
  '#edf5f5', '#d9e9e9', '#b3d4d5', '#88bcbe', '#5fa5a8', '#3d8d91', '#24777b', '#115f64', '#0a4a4f', '#06363a',
];
const brass: MantineColorsTuple = [
  '#fbf5e6', '#f5e8c6', '#ebd294', '#dfba60', '#d2a43a', '#bb8a22', '#94690f', '#7a5510', '#5f430e', '#43300a',
];
const gray: MantineColorsTuple = [
  '#f6f8f7', '#eef1f0', '#e3e8e6', '#d3dad8', '#b5bfbc', '#8b9895', '#586664', '#414d4b', '#2a3432', '#18201f',
];
const dark: MantineColorsTuple = [
  '#d9e0e2', '#bcc6c9', '#97a4a9', '#6a7a80', '#36464d', '#2a383f', '#1e2a30', '#131b20', '#0f161a', '#0a1013',
];
const red: MantineColorsTuple = [
  '#fdf0ee', '#f9dcd8', '#f0b8b0', '#e69186', '#dc6d5f', '#cd4f40', '#b83b2d', '#9b2c20', '#7c2219', '#5b1811',
];

export const theme = createTheme({
  colors: { petrol, brass, gray, dark, red },
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'sm',
  fontFamily:
    'Inter, "Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei UI", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace',
  headings: { fontWeight: '620', sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.3' }, h2: { fontSize: '1.1rem', lineHeight: '1.4' }, h3: { fontSize: '0.98rem', lineHeight: '1.4' } } },
  fontSizes: { xs: '0.75rem', sm: '0.84rem', md: '0.92rem', lg: '1.05rem', xl: '1.25rem' },
  respectReducedMotion: true,
  focusRing: 'auto',
  cursorType: 'pointer',
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true, events: { hover: true, focus: true, touch: false } } },
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
    Input: { defaultProps: { size: 'sm' } },
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--g-line': gray[2],
    '--g-line-strong': gray[4],
    '--g-sunken': gray[0],
    '--g-rail': '#f3f6f5',
    '--g-mark': brass[1],
    '--g-mark-line': brass[5],
    '--g-brass-text': brass[7],
    '--g-selected': petrol[0],
    '--g-sign': petrol[7],
    '--mantine-color-text': gray[9],
    '--mantine-color-dimmed': gray[6],
    '--mantine-color-placeholder': '#687673',
    '--mantine-color-anchor': petrol[7],
    '--mantine-color-error': red[7],
    '--mantine-color-default-border': gray[3],
    '--mantine-color-petrol-light': petrol[0],
    '--mantine-color-petrol-light-color': petrol[8],
    '--mantine-color-brass-light': brass[0],
    '--mantine-color-brass-light-color': brass[7],
    '--mantine-color-gray-light': gray[1],
    '--mantine-color-gray-light-color': gray[7],
    '--mantine-color-red-light': red[0],
    '--mantine-color-red-light-color': red[7],
  },
  dark: {
    '--g-line': dark[5],
    '--g-line-strong': dark[4],
    '--g-sunken': dark[8],
    '--g-rail': dark[8],
    '--g-mark': '#4a3a12',
    '--g-mark-line': brass[4],
    '--g-brass-text': brass[3],
    '--g-selected': '#15333a',
    '--g-sign': petrol[4],
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': '#85949a',
    '--mantine-color-anchor': petrol[3],
    '--mantine-color-error': red[3],
    '--mantine-color-default': dark[7],
    '--mantine-color-petrol-light': '#15333a',
    '--mantine-color-petrol-light-color': petrol[2],
    '--mantine-color-brass-light': '#382d10',
    '--mantine-color-brass-light-color': brass[2],
    '--mantine-color-gray-light': dark[6],
    '--mantine-color-gray-light-color': dark[1],
    '--mantine-color-red-light': '#3d1d19',
    '--mantine-color-red-light-color': red[2],
  },
});
