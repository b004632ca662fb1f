// The command palette: every bot, page and action by a few letters.
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import {
  Bot,
  House,
  Keyboard,
  KeyRound,
  Languages,
  LogOut,
  Moon,
  Plus,
  Search,
  Sun,
  SunMoon,
  UserRound,
} from "lucide-react";
import { useLocation } from "wouter";
import { useBots } from "../features/bots/queries";
import { LANGUAGES } from "../i18n/types";
import { useWords } from "../i18n/useWords";
import { setLanguage } from "../i18n/words";
import { ICON } from "../ui/icon";
import { LANGUAGE_NAMES } from "../ui/Preferences";
import { setTheme, type Theme } from "../ui/theme";
import { showKeys } from "./help";
import { useKey } from "./keys";
import { useLeave } from "./leave";
import { openPalette, paletteStore } from "./palette";
import { placeName } from "./place/Rail";
import { addressOf, PLACES } from "./places";

const THEMES: readonly [Theme, typeof Sun][] = [
  ["system", SunMoon],
  ["light", Sun],
  ["dark", Moon],
];

export function Palette() {
  const { t } = useWords();
  useKey("k", openPalette, { isMain: true });
  const groups = [useHere(), usePlaces(), useBotActions(), useSettings()];
  return (
    <Spotlight
      store={paletteStore}
      actions={groups.filter(({ actions }) => actions.length > 0)}
      shortcut={null}
      nothingFound={t("app.palette_nothing")}
      highlightQuery
      limit={12}
      maxHeight={420}
      scrollable
      searchProps={{
        leftSection: <Search {...ICON} />,
        placeholder: t("app.palette_ask"),
        "aria-label": t("app.palette"),
      }}
    />
  );
}

function usePlaces(): SpotlightActionGroupData {
  const { t } = useWords();
  const [, go] = useLocation();
  const place = (id: string, label: string, path: string, Icon: typeof Sun): SpotlightActionData => ({
    id,
    label,
    leftSection: <Icon {...ICON} />,
    onClick: () => go(path),
  });
  return {
    group: t("app.places"),
    actions: [
      place("bots", t("app.all_bots"), "/", House),
      place("new", t("app.new_bot"), "/new", Plus),
      place("credentials", t("app.credentials"), "/credentials", KeyRound),
      place("settings", t("app.settings"), "/settings", UserRound),
    ],
  };
}

/** The places of the bot that is open. */
function useHere(): SpotlightActionGroupData {
  const { t } = useWords();
  const [path, go] = useLocation();
  const botId = /^\/bots\/([^/]+)/.exec(path)?.[1];
  const { data: bots } = useBots();
  const actions = (botId ? PLACES : []).map((place) => ({
    id: `place ${place.path}`,
    label: placeName(t, place),
    leftSection: <place.icon {...ICON} />,
    onClick: () => go(addressOf(botId ?? "", place.path)),
  }));
  return { group: (bots ?? []).find((bot) => bot.id === botId)?.name ?? t("app.place_nav"), actions };
}

function useBotActions(): SpotlightActionGroupData {
  const { t } = useWords();
  const [, go] = useLocation();
  const { data: bots } = useBots();
  const actions = (bots ?? []).map((bot) => ({
    id: bot.id,
    label: bot.name,
    description: bot.description.slice(0, 80),
    keywords: bot.tags,
    leftSection: <Bot {...ICON} />,
    onClick: () => go(`/bots/${bot.id}`),
  }));
  return { group: t("app.bots"), actions };
}

function useSettings(): SpotlightActionGroupData {
  const { t } = useWords();
  const leave = useLeave();
  const themes = THEMES.map(([theme, Icon]) => ({
    id: `theme ${theme}`,
    label: `${t("shell.theme")}: ${t(`shell.theme_${theme}`)}`,
    leftSection: <Icon {...ICON} />,
    onClick: () => setTheme(theme),
  }));
  const languages = LANGUAGES.map((language) => ({
    id: `language ${language}`,
    label: `${t("shell.language")}: ${LANGUAGE_NAMES[language]}`,
    keywords: ["language", "язык"],
    leftSection: <Languages {...ICON} />,
    onClick: () => void setLanguage(language),
  }));
  const keys = { id: "keys", label: t("app.keys"), leftSection: <Keyboard {...ICON} />, onClick: showKeys };
  const out = { id: "log out", label: t("app.log_out"), leftSection: <LogOut {...ICON} />, onClick: leave };
  return { group: t("app.actions"), actions: [...themes, ...languages, keys, out] };
}
