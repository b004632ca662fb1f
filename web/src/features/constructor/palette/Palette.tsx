// What a bot is made of: kinds of steps and ready-made pieces. Dragged onto the canvas, or pressed to add.
import { useQuery } from "@tanstack/react-query";
import { useReactFlow } from "@xyflow/react";
import { PanelLeftClose, PanelLeftOpen, Search, StickyNote } from "lucide-react";
import { type DragEvent, type ReactNode, useState } from "react";
import { dataOf, type Schemas } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";
import { api } from "../../../session/api";
import { ICON } from "../../../ui/icon";
import { create, DRAG_TYPE, type Piece, placeForNew, wayFromSelected } from "../canvas/creating";
import { useReveal } from "../canvas/useReveal";
import { useEditor } from "../editor/context";
import { STEP_SORTS } from "../graph/commands";
import { KIND_ICONS, KIND_KEYS } from "../nodes/kinds";
import { type TemplateLine, useTemplates } from "../templates/templates";
import styles from "./Palette.module.css";

const SECTIONS = ["talk", "ask", "flow", "outside"] as const;
const FOLDED_KEY = "dbcv.palette.folded";

interface Entry {
  key: string;
  piece: Piece;
  name: string;
  about: string;
  icon: ReactNode;
}

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
  const { t } = useWords();
  const editor = useEditor();
  const reveal = useReveal();
  const { screenToFlowPosition } = useReactFlow();
  const add = (piece: Piece) => {
    const { x, y } = screenToFlowPosition({ x: 240, y: 48 });
    const end = screenToFlowPosition({ x: innerWidth, y: innerHeight });
    const place = placeForNew(editor, { x, y, width: end.x - x, height: end.y - y });
    create(editor, piece, place, t, wayFromSelected(editor));
    if (!("presetId" in piece)) reveal();
  };
  const drag = (event: DragEvent, piece: Piece) => {
    event.dataTransfer.setData(DRAG_TYPE, JSON.stringify(piece));
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <section>
      <h2 className={styles.title}>{title}</h2>
      <ul>
        {entries.map(({ key, piece, name, about, icon }) => (
          <li key={key}>
            <button
              type="button"
              className={styles.entry}
              title={about}
              draggable
              onDragStart={(event) => drag(event, piece)}
              onClick={() => add(piece)}
            >
              {icon}
              <span className={styles.name}>{name}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
