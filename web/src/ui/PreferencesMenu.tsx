import { Settings2 } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { LANGUAGES } from "../i18n/types";
import { useWords } from "../i18n/useWords";
import { setLanguage } from "../i18n/words";
import { Button } from "./Button";
import { Choice } from "./Choice";
import styles from "./PreferencesMenu.module.css";
import { currentTheme, setTheme, type Theme } from "./theme";

const LANGUAGE_NAMES = { en: "English", ru: "Русский" } as const;

/** Theme and language behind one button; `children` adds what a page wants there too, given a way to close. */
export function PreferencesMenu({ children }: { children?: (close: () => void) => ReactNode }) {
  const { t, language } = useWords();
  const [isOpen, setIsOpen] = useState(false);
  const [theme, showTheme] = useState(currentTheme);
  const panelId = useId();
  const whole = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    const closeOutside = (event: Event) => {
      if (event.target instanceof Node && !whole.current?.contains(event.target)) setIsOpen(false);
    };
    document.addEventListener("pointerdown", closeOutside);
    document.addEventListener("focusin", closeOutside);
    return () => {
      document.removeEventListener("pointerdown", closeOutside);
      document.removeEventListener("focusin", closeOutside);
    };
  }, [isOpen]);

  const close = () => {
    setIsOpen(false);
    opener.current?.focus();
  };
  const chooseTheme = (chosen: Theme) => {
    setTheme(chosen);
    showTheme(chosen);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is caught from the controls inside, the box itself is none
    <div className={styles.whole} ref={whole} onKeyDown={(event) => isOpen && event.key === "Escape" && close()}>
      <Button
        kind="icon"
        ref={opener}
        aria-label={t("shell.settings")}
        title={t("shell.settings")}
        aria-expanded={isOpen}
        aria-controls={panelId}
        onClick={() => setIsOpen(!isOpen)}
      >
        <Settings2 size={20} strokeWidth={1.75} aria-hidden />
      </Button>
      <div id={panelId} className={styles.panel} hidden={!isOpen}>
        <Choice
          label={t("shell.theme")}
          value={theme}
          onChange={chooseTheme}
          options={[
            { value: "system", text: t("shell.theme_system") },
            { value: "light", text: t("shell.theme_light") },
            { value: "dark", text: t("shell.theme_dark") },
          ]}
        />
        <Choice
          label={t("shell.language")}
          value={language}
          onChange={(chosen) => void setLanguage(chosen)}
          options={LANGUAGES.map((value) => ({ value, text: LANGUAGE_NAMES[value], lang: value }))}
        />
        {children?.(close)}
      </div>
    </div>
  );
}
