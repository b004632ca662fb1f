// The grip of a row that can be put into another place.
import { GripVertical } from "lucide-react";
import type { ComponentProps } from "react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import styles from "./Inspector.module.css";

/** `place` is counted from 1; the rest is what useSortable's `grip` gives. */
export function Grip({ place, ...rest }: { place: number } & ComponentProps<"button">) {
  const { t } = useWords();
  return (
    <button type="button" className={styles.grip} aria-label={t("editor.reorder", { place })} {...rest}>
      <GripVertical {...ICON} />
    </button>
  );
}
