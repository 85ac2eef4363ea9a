/** The component library dressed in the tokens of tokens.css. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const blue: MantineColorsTuple = [
  '#eaf2fd',
  '#d3e4fb',
  '#a5c8f6',
  '#74aaf1',
  '#4d8fec',
  '#2f7be5',
  '#1f6dd6',
  '#1257b8',
  '#0e4a9f',
  '#083b82',
];

/** Greys with a trace of blue, as the tokens have them; the library draws its quiet parts with these. */
const gray: MantineColorsTuple = [
  '#f7f9fa',
  '#eceff2',
  '#e1e6eb',
  '#d9dee4',
  '#c3cbd3',
  '#9aa5b1',
  '#7c8794',
  '#505c69',
  '#34404c',
  '#17202a',
];
const dark: MantineColorsTuple = [
  '#e6eaee',
  '#c2cad2',
  '#a3adb8',
  '#77828f',
  '#3a4450',
  '#2d3540',
  '#242b34',
  '#1a1f26',
  '#151a20',
  '#12161b',
];

export const theme = createTheme({
  colors: { blue, gray, dark },
  primaryColor: 'blue',
  primaryShade: { light: 7, dark: 7 },
  fontFamily: "'Inter Variable', 'Noto Sans', system-ui, sans-serif",
  fontFamilyMonospace: 'var(--ll-mono)',
  fontSizes: { xs: '0.8125rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.45', lg: '1.4', xl: '1.3' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.25rem' }, h2: { fontSize: '1rem' }, h3: { fontSize: '0.875rem' } } },
  spacing: { xs: '0.25rem', sm: '0.5rem', md: '0.75rem', lg: '1rem', xl: '1.5rem' },
  radius: { xs: '0.125rem', sm: '0.25rem', md: '0.375rem', lg: '0.5rem', xl: '0.75rem' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Plain objects: naming the components here would load them all before the sign-in is shown.
  components: {
    Button: { defaultProps: { size: 'xs', fz: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', size: 'md', color: 'gray' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    NativeSelect: { defaultProps: { size: 'sm' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Badge: { defaultProps: { variant: 'light', size: 'md', radius: 'sm', tt: 'none', fw: 600 } },
    Alert: { defaultProps: { variant: 'light' } },
    Anchor: { defaultProps: { underline: 'hover' } },
    Table: { defaultProps: { verticalSpacing: 6, horizontalSpacing: 'md' } },
    Kbd: { defaultProps: { size: 'xs' } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 }, transitionProps: { duration: 120 } },
      styles: {
        content: { background: 'var(--ll-surface)' },
        header: { background: 'var(--ll-surface)' },
        title: { fontWeight: 600, fontSize: '1rem' },
      },
    },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 100 } } },
  },
});

/** Hands our tokens to the library's own variables, so that one place decides a colour. */
export const variables: CSSVariablesResolver = () => {
  const ours = {
    '--mantine-color-body': 'var(--ll-canvas)',
    '--mantine-color-text': 'var(--ll-text)',
    '--mantine-color-dimmed': 'var(--ll-quiet)',
    '--mantine-color-placeholder': 'var(--ll-quiet)',
    '--mantine-color-anchor': 'var(--ll-blue)',
    '--mantine-color-error': 'var(--ll-red)',
    '--mantine-color-default': 'var(--ll-surface)',
    '--mantine-color-default-hover': 'var(--ll-hover)',
    '--mantine-color-default-color': 'var(--ll-text)',
    '--mantine-color-default-border': 'var(--ll-line-strong)',
    '--mantine-color-blue-light': 'var(--ll-blue-tint)',
    '--mantine-color-blue-light-color': 'var(--ll-blue)',
    '--mantine-color-red-light': 'var(--ll-red-tint)',
    '--mantine-color-red-light-color': 'var(--ll-red)',
    '--mantine-color-yellow-light': 'var(--ll-amber-tint)',
    '--mantine-color-yellow-light-color': 'var(--ll-amber)',
    '--mantine-color-green-light': 'var(--ll-green-tint)',
    '--mantine-color-green-light-color': 'var(--ll-green)',
    '--mantine-color-gray-light': 'var(--ll-sunken)',
    '--mantine-color-gray-light-color': 'var(--ll-quiet)',
  };
  return { variables: {}, light: ours, dark: ours };
};
