// The list of all keys, behind "?".
import { Kbd, Modal } from "@mantine/core";
import type { Key } from "../i18n/types";
import { useWords } from "../i18n/useWords";
import { hideKeys, showKeys, useKeysHelp } from "./help";
import styles from "./KeysHelp.module.css";
import { isApple, useKey } from "./keys";

const MAIN = isApple ? "⌘" : "Ctrl";
const GROUPS: readonly { title: Key; keys: readonly (readonly [string, Key])[] }[] = [
  {
    title: "app.keys_everywhere",
    keys: [
      [`${MAIN} K`, "app.palette"],
      ["?", "app.keys"],
      ["Esc", "app.keys_back"],
    ],
  },
  {
    title: "app.keys_bots",
    keys: [
      ["N", "app.new_bot"],
      ["/", "app.keys_find"],
    ],
  },
  {
    title: "app.keys_canvas",
    keys: [
      [`${MAIN} F`, "app.keys_find_step"],
      ["A", "app.keys_add"],
      ["C", "app.keys_connect"],
      ["Enter", "app.keys_edit"],
      ["Del", "app.keys_delete"],
      [`${MAIN} Z`, "app.keys_undo"],
      [`${MAIN} Shift Z`, "app.keys_redo"],
      [`${MAIN} C / X / V / D`, "app.keys_clipboard"],
      ["1 / 2", "app.keys_fit"],
      ["Space", "app.keys_pan"],
      ["Alt ← →", "app.keys_follow"],
      ["Alt ↑ ↓", "app.keys_choose"],
      ["T", "app.keys_talk"],
      ["P", "app.keys_publish"],
      ["F6", "app.keys_panes"],
    ],
  },
];

export function KeysHelp() {
  const { t } = useWords();
  const isOpen = useKeysHelp((state) => state.isOpen);
  useKey("?", showKeys);
  return (
    <Modal opened={isOpen} onClose={hideKeys} title={t("app.keys")} size="lg">
      <div className={styles.groups}>
        {GROUPS.map(({ title, keys }) => (
          <section key={title}>
            <h3 className={styles.title}>{t(title as "app.keys")}</h3>
            <dl className={styles.keys}>
              {keys.map(([key, text]) => (
                <div key={key} className={styles.key}>
                  <dt>{t(text as "app.keys")}</dt>
                  <dd>
                    <Kbd>{key}</Kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
