// What a bot is made of: kinds of steps and ready-made pieces. Dragged onto the canvas, or pressed to add.
import { useQuery } from "@tanstack/react-query";
import { PanelLeftClose, PanelLeftOpen, Search, StickyNote } from "lucide-react";
import { useState } from "react";
import { dataOf, type Schemas } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import { ICON } from "../../../ui/icon";
import { STEP_SORTS } from "../graph/commands";
import { KIND_ICONS, KIND_KEYS } from "../nodes/kinds";
import { type TemplateLine, useTemplates } from "../templates/templates";
import { Services, useServices } from "./Integrations";
import styles from "./Palette.module.css";
import { type Entry, EntryButton } from "./pieces";

const SECTIONS = ["talk", "ask", "flow", "outside"] as const;
const FOLDED_KEY = "dbcv.palette.folded";

export function usePresets() {
  const { language } = useWords();
  return useQuery({
    queryKey: ["presets", language],
    queryFn: () => dataOf(api.GET("/api/v1/presets")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function readFolded(): boolean {
  try {
    return localStorage.getItem(FOLDED_KEY) !== null;
  } catch {
    return false; // Storage is blocked.
  }
}

export function Palette() {
  const { t, language } = useWords();
  const { data } = usePresets();
  const { data: templates } = useTemplates();
  const services = useServices();
  const [query, setQuery] = useState("");
  const [isFolded, setFolded] = useState(readFolded);
  const fold = (next: boolean) => {
    setFolded(next);
    try {
      if (next) localStorage.setItem(FOLDED_KEY, "1");
      else localStorage.removeItem(FOLDED_KEY);
    } catch {
      // Not kept: it folds all the same.
    }
  };
  if (isFolded)
    return (
      <div className={styles.folded}>
        <button
          type="button"
          className={styles.foldButton}
          aria-label={t("editor.palette_open")}
          title={t("editor.palette_open")}
          onClick={() => fold(false)}
        >
          <PanelLeftOpen {...ICON} />
        </button>
      </div>
    );
  const steps: Entry[] = STEP_SORTS.map((sort) => {
    const Icon = KIND_ICONS[sort];
    return {
      key: sort,
      piece: { sort },
      name: t(KIND_KEYS[sort]),
      about: "",
      icon: <Icon key={sort} {...ICON} data-kind={sort} className={styles.icon} />,
    };
  });
  steps.push({
    key: "note",
    piece: { sort: "note" },
    name: t("editor.note"),
    about: "",
    icon: <StickyNote {...ICON} className={styles.icon} />,
  });
  steps.push({
    key: "master",
    piece: { sort: "master" },
    name: t("editor.master_title"),
    about: t("editor.master_hint"),
    icon: <KIND_ICONS.logic {...ICON} data-kind="logic" className={styles.icon} />,
  });
  const templatePieces = [
    ...(templates?.own ?? []).map((each) => templateEntry(each, false)),
    ...(templates?.library ?? []).map((each) => templateEntry(each, true)),
  ];
  // A ready-made piece that is called as a kind of step is that step: it stands there once.
  const names = new Set(steps.map(({ name }) => name));
  const presets = (data?.items ?? []).filter((each) => !names.has(each.name[language]));
  const presetsOf = (section: string) =>
    presets.filter((each) => each.section === section).map((each) => entryOf(each, language));
  const small = query.trim().toLowerCase();
  const fits = ({ name, about }: Entry) =>
    !small || name.toLowerCase().includes(small) || about.toLowerCase().includes(small);
  const sections: [string, Entry[]][] = [
    [t("editor.section_steps"), steps.filter(fits)],
    [t("editor.section_templates"), templatePieces.filter(fits)],
    ...SECTIONS.map((each): [string, Entry[]] => [t(`editor.section_${each}`), presetsOf(each).filter(fits)]),
    // While nothing is searched they stand below, each folded: all that they can do is too much for a list.
    [t("editor.section_integrations"), small ? services.flatMap(({ entries }) => entries).filter(fits) : []],
  ];
  const isEmpty = sections.every(([, entries]) => !entries.length);
  return (
    <nav className={styles.palette} aria-label={t("editor.palette")}>
      <div className={styles.head}>
        <label className={styles.search}>
          <Search {...ICON} />
          <input
            type="search"
            placeholder={t("editor.palette_search")}
            aria-label={t("editor.palette_search")}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </label>
        <button
          type="button"
          className={styles.foldButton}
          aria-label={t("editor.palette_fold")}
          title={t("editor.palette_fold")}
          onClick={() => fold(true)}
        >
          <PanelLeftClose {...ICON} />
        </button>
      </div>
      <div className={styles.list}>
        {sections.map(
          ([title, entries]) => entries.length > 0 && <EntrySection key={title} title={title} entries={entries} />,
        )}
        {!small && <Services services={services} />}
        {isEmpty && <p className={styles.none}>{t("editor.palette_none")}</p>}
      </div>
    </nav>
  );
}

function entryOf(preset: Schemas["PresetOut"], language: "en" | "ru"): Entry {
  const icon = <img src={preset.icon_url} alt="" width="16" height="16" draggable={false} className={styles.picture} />;
  return {
    key: preset.id,
    piece: { presetId: preset.id },
    name: preset.name[language],
    about: preset.description[language],
    icon,
  };
}

function templateEntry({ id, name, description }: TemplateLine, isLibrary: boolean): Entry {
  return {
    key: id,
    piece: { templateId: id, name, isLibrary },
    name,
    about: description,
    icon: <KIND_ICONS.template {...ICON} data-kind="template" className={styles.icon} />,
  };
}

function EntrySection({ title, entries }: { title: string; entries: Entry[] }) {
  return (
    <section>
      <h2 className={styles.title}>{title}</h2>
      <ul>
        {entries.map((entry) => (
          <li key={entry.key}>
            <EntryButton entry={entry} />
          </li>
        ))}
      </ul>
    </section>
  );
}
