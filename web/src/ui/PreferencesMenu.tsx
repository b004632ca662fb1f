import { Settings2 } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useWords } from "../i18n/useWords";
import { Button } from "./Button";
import { LanguageChoice, ThemeChoice } from "./Preferences";
import styles from "./PreferencesMenu.module.css";

/** Theme and language behind one button; `children` adds what a page wants there too, given a way to close. */
export function PreferencesMenu({ children }: { children?: (close: () => void) => ReactNode }) {
  const { t } = useWords();
  const [isOpen, setIsOpen] = useState(false);
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
        <ThemeChoice />
        <LanguageChoice />
        {children?.(close)}
      </div>
    </div>
  );
}
