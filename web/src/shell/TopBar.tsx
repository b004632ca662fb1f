// The bar above the pages around the bots: where one is, the palette, the account.
import { Search } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useWords } from "../i18n/useWords";
import { AccountMenu } from "./AccountMenu";
import { paletteKeys } from "./keys";
import { openPalette } from "./palette";
import styles from "./TopBar.module.css";

/** `children`: what a page puts beside the name, such as its own name or a search. */
export function TopBar({ children }: { children?: ReactNode }) {
  const { t } = useWords();
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.brand} aria-label={t("app.to_bots")}>
        <img src="/icon.svg" alt="" width="24" height="24" />
        <span className={styles.name}>DBCV</span>
      </Link>
      <div className={styles.middle}>{children}</div>
      <button type="button" className={styles.search} onClick={openPalette} title={t("app.palette")}>
        <Search size={16} strokeWidth={1.75} aria-hidden />
        <span className={styles.searchText}>{t("app.palette_short")}</span>
        <kbd className={styles.keys} aria-hidden>
          {paletteKeys}
        </kbd>
      </button>
      <AccountMenu />
    </header>
  );
}
