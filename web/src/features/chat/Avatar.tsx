import { UserRound } from "lucide-react";
import styles from "./Avatar.module.css";

/** The bot's first letter in a circle, a figure for a person. Said nowhere: the name stands beside it. */
export function Avatar({ name, size }: { name: string | null; size: "small" | "large" | "huge" }) {
  const letter = Array.from((name ?? "").trim())[0]?.toLocaleUpperCase() ?? "";
  return (
    <span className={`${styles.avatar} ${styles[size]}`} aria-hidden>
      {name === null ? <UserRound size="60%" strokeWidth={1.75} /> : letter}
    </span>
  );
}
