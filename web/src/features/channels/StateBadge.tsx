import { CircleAlert, CircleCheck, CircleDashed, Clock } from "lucide-react";
import { ICON } from "../../ui/icon";
import styles from "./channels.module.css";
import type { State } from "./state";

const ICONS = { good: CircleCheck, bad: CircleAlert, wait: Clock, quiet: CircleDashed };

/** Never by colour alone: each has an icon and words. */
export function StateBadge({ state }: { state: State }) {
  const Icon = ICONS[state.tone];
  return (
    <span className={styles.badge} data-tone={state.tone}>
      <Icon {...ICON} />
      {state.words}
    </span>
  );
}
