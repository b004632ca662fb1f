import styles from "./Avatar.module.css";

/** The bot's first letter in a circle. Said nowhere: the name stands beside it. */
export function Avatar({ name, size }: { name: string; size: "small" | "large" | "huge" }) {
  const letter = Array.from(name.trim())[0]?.toLocaleUpperCase() ?? "";
  return (
    <span className={`${styles.avatar} ${styles[size]}`} aria-hidden>
      {letter}
    </span>
  );
}
