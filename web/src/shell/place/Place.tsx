// What the pages of places are made of: a column with a title row, sections, and the words for "nothing yet".
import type { ReactNode } from "react";
import { useId } from "react";
import styles from "./Place.module.css";

interface PlaceProps {
  title: string;
  /** The way back to where this page belongs, above the title. */
  way?: ReactNode;
  /** One sentence: what this place is for. */
  hint?: string;
  /** Buttons at the end of the title row; the main one last. */
  actions?: ReactNode;
  /** A page that uses the whole width, such as a list beside its details. */
  isWide?: boolean;
  children: ReactNode;
}

export function Place({ title, way, hint, actions, isWide = false, children }: PlaceProps) {
  return (
    <div className={styles.place} data-wide={isWide || undefined}>
      {way}
      <div className={styles.opening}>
        <h1 className={styles.title}>{title}</h1>
        {hint && <p className={styles.hint}>{hint}</p>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}

interface SectionProps {
  title: string;
  hint?: string;
  actions?: ReactNode;
  children: ReactNode;
}

export function PlaceSection({ title, hint, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id} className={styles.name}>
          {title}
        </h2>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {hint && <p className={styles.hint}>{hint}</p>}
      {children}
    </section>
  );
}

interface EmptyProps {
  icon: ReactNode;
  title: string;
  /** One sentence that teaches what will be here and how it comes. */
  text: string;
  /** The one button that leads on. */
  children?: ReactNode;
}

export function Empty({ icon, title, text, children }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <span className={styles.picture} aria-hidden>
        {icon}
      </span>
      <p className={styles.emptyTitle}>{title}</p>
      <p className={styles.hint}>{text}</p>
      {children}
    </div>
  );
}
