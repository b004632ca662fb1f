// The component library in our tokens: its colours point at tokens.css, so that both themes and every page agree.
import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorSchemeManager,
  mergeThemeOverrides,
} from "@mantine/core";
import type { Translate } from "../i18n/types";
import { currentTheme, onThemeChange, setTheme } from "./theme";

const COLOURS = {
  "--mantine-color-body": "var(--surface)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-bright": "var(--text)",
  "--mantine-color-dimmed": "var(--text-quiet)",
  "--mantine-color-placeholder": "var(--text-quiet)",
  "--mantine-color-anchor": "var(--accent-text)",
  "--mantine-color-error": "var(--danger-text)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-hover": "var(--surface-hover)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-disabled": "var(--surface-quiet)",
  "--mantine-color-disabled-color": "var(--text-quiet)",
  "--mantine-color-disabled-border": "var(--line)",
  "--mantine-primary-color-filled": "var(--accent)",
  "--mantine-primary-color-filled-hover": "var(--accent-hover)",
  "--mantine-primary-color-light": "var(--accent-quiet)",
  "--mantine-primary-color-light-hover": "var(--accent-quiet)",
  "--mantine-primary-color-light-color": "var(--accent-text)",
  "--mantine-color-accent-filled": "var(--accent)",
  "--mantine-color-accent-filled-hover": "var(--accent-hover)",
  "--mantine-color-accent-light": "var(--accent-quiet)",
  "--mantine-color-accent-light-hover": "var(--accent-quiet)",
  "--mantine-color-accent-light-color": "var(--accent-text)",
  "--mantine-color-accent-outline": "var(--accent-text)",
  "--mantine-color-red-light": "var(--danger-quiet)",
  "--mantine-color-red-light-hover": "var(--danger-quiet)",
  "--mantine-color-red-light-color": "var(--danger-text)",
  "--mantine-color-red-outline": "var(--danger-text)",
  "--mantine-color-yellow-light": "var(--warning-quiet)",
  "--mantine-color-yellow-light-color": "var(--warning-text)",
  "--mantine-color-gray-light": "var(--surface-quiet)",
  "--mantine-color-gray-light-hover": "var(--surface-hover)",
  "--mantine-color-gray-light-color": "var(--text-quiet)",
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({ variables: {}, light: COLOURS, dark: COLOURS });

const theme = createTheme({
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--font-code)",
  fontSizes: { xs: "12px", sm: "14px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "16px", sm: "20px", md: "20px", lg: "24px", xl: "28px" },
  headings: { fontFamily: "var(--font)", fontWeight: "600" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "4px", sm: "8px", md: "8px", lg: "12px", xl: "18px" },
  defaultRadius: "sm",
  shadows: { sm: "0 1px 2px var(--shadow)", md: "0 8px 24px var(--shadow)", xl: "0 16px 48px var(--shadow)" },
  colors: {
    // The library paints dark fields and lines with these.
    dark: [
      "#e9ebef",
      "#c6cbd3",
      "#a4acb9",
      "#747c8a",
      "#4a515d",
      "#242830",
      "#16191f",
      "#0f1115",
      "#0c0e12",
      "#08090b",
    ],
    accent: [
      "#edeffc",
      "#d9defa",
      "#b3bdf5",
      "#a3aeff",
      "#7887f0",
      "#4c5ede",
      "#4355d6",
      "#3748c4",
      "#2c3aa3",
      "#222d7d",
    ],
  },
  primaryColor: "accent",
  primaryShade: { light: 6, dark: 5 },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Modal: {
      defaultProps: {
        radius: "lg",
        centered: true,
        overlayProps: { backgroundOpacity: 0.4 },
        transitionProps: { duration: 150 },
      },
    },
    InputWrapper: { defaultProps: { withAsterisk: false } },
    Menu: { defaultProps: { radius: "lg", shadow: "md", transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 120 } } },
    Select: { defaultProps: { allowDeselect: false } },
  },
});

/** The theme, with the names of what the library draws by itself. */
export function themeIn(t: Translate) {
  const closeButtonProps = { "aria-label": t("app.close") };
  const visibilityToggleButtonProps = { "aria-label": t("shell.show_password") };
  return mergeThemeOverrides(theme, {
    components: {
      Modal: { defaultProps: { closeButtonProps } },
      Notification: { defaultProps: { closeButtonProps } },
      PasswordInput: { defaultProps: { visibilityToggleButtonProps } },
    },
  });
}

/** The chosen theme stays where the chat keeps it too; "auto" is the library's word for "system". */
export function colorSchemeManager(): MantineColorSchemeManager {
  let stop: (() => void) | undefined;
  const current = () => (currentTheme() === "system" ? "auto" : (currentTheme() as "light" | "dark"));
  return {
    get: current,
    set: (value) => setTheme(value === "auto" ? "system" : value),
    subscribe: (onUpdate) => {
      stop = onThemeChange(() => onUpdate(current()));
    },
    unsubscribe: () => stop?.(),
    clear: () => setTheme("system"),
  };
}
