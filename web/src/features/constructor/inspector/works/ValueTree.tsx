// A reply as a tree: a value that is pressed is kept in a variable.
import { BookmarkCheck, BookmarkPlus, ChevronRight } from "lucide-react";
import { useWords } from "../../../../i18n/useWords";
import { ICON } from "../../../../ui/icon";
import type { Json } from "../../graph/model";
import styles from "./work.module.css";

interface TreeProps {
  /** The path of `value`: "response". */
  path: string;
  value: Json;
  /** {source: target} of what is kept already. */
  kept: ReadonlyMap<string, string>;
  /** Null: only to look at. */
  onKeep: ((path: string) => void) | null;
}

const MOST_CHILDREN = 200;
const OPEN_LEVELS = 2;
/** A short reply is open as a whole. */
const SMALL_CHARS = 2_000;
const MOST_CHARS = 300;

export function ValueTree({ path, value, kept, onKeep }: TreeProps) {
  const isSmall = (JSON.stringify(value) ?? "").length < SMALL_CHARS;
  return (
    <ul className={styles.tree}>
      {childrenOf(value).map(([key, child]) => (
        <Branch
          key={key}
          name={key}
          path={`${path}.${key}`}
          value={child}
          level={isSmall ? -OPEN_LEVELS : 1}
          kept={kept}
          onKeep={onKeep}
        />
      ))}
    </ul>
  );
}

const isBranch = (value: Json): value is object => typeof value === "object" && value !== null;
const childrenOf = (value: Json): [string, Json][] =>
  isBranch(value) ? (Object.entries(value) as [string, Json][]).slice(0, MOST_CHILDREN) : [];
/** A key that a path can name. */
const isNamed = (key: string) => key !== "" && !/[.|{}$\s]/.test(key);

interface BranchProps extends TreeProps {
  name: string;
  level: number;
}

function Branch({ name, level, ...props }: BranchProps) {
  const { t } = useWords();
  const { value, path, kept } = props;
  const target = kept.get(path);
  const onKeep = isNamed(name) ? props.onKeep : null;
  const keep = onKeep && (
    <button
      type="button"
      className={styles.keep}
      data-kept={target !== undefined || undefined}
      aria-label={t("work.keep_value", { path })}
      title={target === undefined ? t("work.keep_value", { path }) : t("work.kept_in", { path: target })}
      onClick={() => onKeep(path)}
    >
      {target === undefined ? <BookmarkPlus {...ICON} /> : <BookmarkCheck {...ICON} />}
    </button>
  );
  if (!isBranch(value))
    return (
      <li className={styles.leaf}>
        <span className={styles.key}>{name}</span>
        <Leaf value={value} onPress={onKeep ? () => onKeep(path) : null} />
        {keep}
      </li>
    );
  const count = Array.isArray(value) ? value.length : Object.keys(value).length;
  return (
    <li className={styles.place}>
      <details open={level <= OPEN_LEVELS}>
        <summary className={styles.branch}>
          <ChevronRight {...ICON} className={styles.turn} />
          <span className={styles.key}>{name}</span>
          <span className={styles.quiet}>{Array.isArray(value) ? `[${count}]` : `{${count}}`}</span>
        </summary>
        <ul className={styles.tree}>
          {childrenOf(value).map(([key, child]) => (
            <Branch key={key} {...props} name={key} path={`${path}.${key}`} value={child} level={level + 1} />
          ))}
          {count > MOST_CHILDREN && (
            <li className={styles.quiet}>{t("work.more_values", { count: count - MOST_CHILDREN })}</li>
          )}
        </ul>
      </details>
      {keep}
    </li>
  );
}

function Leaf({ value, onPress }: { value: Json; onPress: (() => void) | null }) {
  const text = JSON.stringify(value) ?? "null";
  const shown = text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
  if (!onPress) return <span className={styles.value}>{shown}</span>;
  // The bookmark beside it does the same for the keyboard and says what it does.
  return (
    <button type="button" tabIndex={-1} className={styles.value} data-sort={typeof value} onClick={onPress}>
      {shown}
    </button>
  );
}
