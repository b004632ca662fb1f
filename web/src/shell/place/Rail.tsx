// The ways between the places of a bot: at the left edge, on a phone at the bottom.
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import type { Translate } from "../../i18n/types";
import { useWords } from "../../i18n/useWords";
import { addressOf, PLACES, type Place } from "../places";
import styles from "./Rail.module.css";

/** Where a press in a rail leads: the page there may bring a rail of its own, and the focus would be nowhere. */
let pressed: string | null = null;

export function Rail({ botId, current }: { botId: string; current: string }) {
  const { t } = useWords();
  const rail = useRef<HTMLElement>(null);
  // On a phone not all of them fit beside each other.
  useEffect(() => {
    const here = rail.current?.querySelector(`[href="${addressOf(botId, current)}"]`);
    here?.scrollIntoView({ block: "nearest", inline: "center" });
    const isLost = pressed === addressOf(botId, current) && document.activeElement === document.body;
    if (isLost && here instanceof HTMLElement) here.focus({ preventScroll: true });
    pressed = null;
  }, [botId, current]);
  return (
    <nav ref={rail} className={styles.rail} aria-label={t("app.place_nav")}>
      {PLACES.map((place) => (
        <Link
          key={place.path}
          href={addressOf(botId, place.path)}
          className={styles.place}
          onClick={() => {
            pressed = addressOf(botId, place.path);
          }}
          aria-current={place.path === current ? "page" : undefined}
        >
          <place.icon size={20} strokeWidth={1.75} aria-hidden />
          {place.Badge && <place.Badge botId={botId} />}
          <span className={styles.label}>{placeName(t, place)}</span>
        </Link>
      ))}
    </nav>
  );
}

/** A place's name has no parameters; the type of `t` asks for those of any text. */
export const placeName = (t: Translate, place: Place) => (t as (key: string) => string)(place.label);
