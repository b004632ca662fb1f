import { useSyncExternalStore } from "react";
import { LANGUAGES } from "../i18n/types";
import { useWords } from "../i18n/useWords";
import { setLanguage } from "../i18n/words";
import { Choice } from "./Choice";
import { currentTheme, onThemeChange, setTheme, type Theme } from "./theme";

export const LANGUAGE_NAMES = { en: "English", ru: "Русский" } as const;

export function ThemeChoice() {
  const { t } = useWords();
  const theme = useSyncExternalStore(onThemeChange, currentTheme);
  return (
    <Choice
      label={t("shell.theme")}
      value={theme}
      onChange={(chosen: Theme) => setTheme(chosen)}
      options={[
        { value: "system", text: t("shell.theme_system") },
        { value: "light", text: t("shell.theme_light") },
        { value: "dark", text: t("shell.theme_dark") },
      ]}
    />
  );
}

export function LanguageChoice() {
  const { t, language } = useWords();
  return (
    <Choice
      label={t("shell.language")}
      value={language}
      onChange={(chosen) => void setLanguage(chosen)}
      options={LANGUAGES.map((value) => ({ value, text: LANGUAGE_NAMES[value], lang: value }))}
    />
  );
}
