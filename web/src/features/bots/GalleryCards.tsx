// Ready bots to start from, drawn as the person will see their first message.
import { KeyRound } from "lucide-react";
import { useLocation } from "wouter";
import { useWords } from "../../i18n/useWords";
import { ICON } from "../../ui/icon";
import styles from "./GalleryCards.module.css";
import { createFromGallery, useBotAction, useGallery } from "./queries";

const BUTTONS_SHOWN = 4;

/** `limit`: only the first few. */
export function GalleryCards({ limit = 100 }: { limit?: number }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const { data: items } = useGallery();
  const create = useBotAction(createFromGallery);
  return (
    <ul className={styles.cards} aria-busy={!items}>
      {items?.slice(0, limit).map((item) => (
        <li key={item.id}>
          <button
            type="button"
            className={styles.card}
            disabled={create.isPending}
            onClick={() => create.mutate(item.id, { onSuccess: (made) => go(`/bots/${made.id}`) })}
          >
            <span className={styles.picture} aria-hidden>
              <span className={styles.bubble}>{item.opening}</span>
              {item.buttons.length > 0 && (
                <span className={styles.chips}>
                  {item.buttons.slice(0, BUTTONS_SHOWN).map((button) => (
                    <span key={button} className={styles.chip}>
                      {button}
                    </span>
                  ))}
                </span>
              )}
            </span>
            <span className={styles.words}>
              <span className={styles.name}>{item.name}</span>
              <span className={styles.about}>{item.description}</span>
              <span className={styles.facts}>
                {t("bots.steps", { count: item.steps })}
                {item.credentials.length > 0 && (
                  <span className={styles.key}>
                    <KeyRound {...ICON} />
                    {t("bots.needs_key", { name: item.credentials.join(", ") })}
                  </span>
                )}
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
