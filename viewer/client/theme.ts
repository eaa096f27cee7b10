/** Light or dark: as the system says, until the reader says otherwise. */
import { useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

export function useTheme(): { readonly theme: Theme; readonly flip: () => void } {
  const [theme, setTheme] = useState<Theme>(() => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
  return {
    theme,
    flip: () => {
      const other = theme === 'dark' ? 'light' : 'dark';
      document.documentElement.style.colorScheme = other;
      setTheme(other);
    },
  };
}
