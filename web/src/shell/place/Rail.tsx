// The ways between the places of a bot: at the left edge, on a phone at the bottom, where the later ones are behind "More".
import { Menu } from "@mantine/core";
import { Ellipsis } from "lucide-react";
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import type { Translate } from "../../i18n/types";
import { useWords } from "../../i18n/useWords";
import { ICON } from "../../ui/icon";
import { addressOf, PLACES, type Place } from "../places";
import styles from "./Rail.module.css";

/** As many as fit beside each other on a phone, with room for their names. */
const ON_PHONE = 4;

/** Where a press in a rail leads: the page there may bring a rail of its own, and the focus would be nowhere. */
let pressed: string | null = null;

export function Rail({ botId, current }: { botId: string; current: string }) {
  const { t } = useWords();
  const rail = useRef<HTMLElement>(null);
  useEffect(() => {
    const here = rail.current?.querySelector(`[href="${addressOf(botId, current)}"]`);
    here?.scrollIntoView({ block: "nearest", inline: "center" });
    const isLost = pressed === addressOf(botId, current) && document.activeElement === document.body;
    if (isLost && here instanceof HTMLElement) here.focus({ preventScroll: true });
    pressed = null;
  }, [botId, current]);
  return (
    <nav ref={rail} className={styles.rail} aria-label={t("app.place_nav")}>
      {PLACES.map((place, index) => (
        <Link
          key={place.path}
          href={addressOf(botId, place.path)}
          className={styles.place}
          data-later={index >= ON_PHONE || undefined}
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
      <More botId={botId} current={current} />
    </nav>
  );
}

/** Seen on a phone only: the places that do not fit; it is called as the one that is open. */
function More({ botId, current }: { botId: string; current: string }) {
  const { t } = useWords();
  const later = PLACES.slice(ON_PHONE);
  const here = later.find((place) => place.path === current);
  const Icon = here?.icon ?? Ellipsis;
  return (
    <Menu position="top-end">
      <Menu.Target>
        <button type="button" className={styles.place} data-more data-here={here !== undefined || undefined}>
          <Icon size={20} strokeWidth={1.75} aria-hidden />
          <span className={styles.label}>{here ? placeName(t, here) : t("app.place_more")}</span>
          {here && <span className="only-heard">{t("app.place_more")}</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {later.map((place) => (
          <Menu.Item
            key={place.path}
            component={Link}
            href={addressOf(botId, place.path)}
            className={styles.item ?? ""}
            leftSection={<place.icon {...ICON} />}
            aria-current={place.path === current ? "page" : undefined}
          >
            {placeName(t, place)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A place's name has no parameters; the type of `t` asks for those of any text. */
export const placeName = (t: Translate, place: Place) => (t as (key: string) => string)(place.label);
