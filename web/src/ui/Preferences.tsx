import { useState } from "react";
import { LANGUAGES } from "../i18n/types";
import { useWords } from "../i18n/useWords";
import { setLanguage } from "../i18n/words";
import { Choice } from "./Choice";
import { currentTheme, setTheme, type Theme } from "./theme";

const LANGUAGE_NAMES = { en: "English", ru: "Русский" } as const;

export function ThemeChoice() {
  const { t } = useWords();
  const [theme, showTheme] = useState(currentTheme);
  const choose = (chosen: Theme) => {
    setTheme(chosen);
    showTheme(chosen);
  };
  return (
    <Choice
      label={t("shell.theme")}
      value={theme}
      onChange={choose}
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
