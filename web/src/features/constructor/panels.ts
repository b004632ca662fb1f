// What can stand beside the canvas instead of the inspector, each with its button in the bar: Talk, Publish. A panel adds
// itself here; the bar and the page need not know it.
import { type LucideIcon, MessagesSquare, Rocket } from "lucide-react";
import type { ComponentType } from "react";
import { create } from "zustand";
import { page } from "../../app/page";
import type { Key } from "../../i18n/types";

export interface Panel {
  id: string;
  /** The text of its button; one without parameters. */
  label: Key;
  icon: LucideIcon;
  /** The one filled button. */
  isMain?: boolean;
  /** The key that opens it: "t". */
  hotkey: string;
  Component: ComponentType<{ onClose: () => void }>;
}

export const PANELS: readonly Panel[] = [
  {
    id: "talk",
    label: "editor.panel_talk",
    icon: MessagesSquare,
    hotkey: "t",
    Component: page("talk", () => import("./talk/TalkPanel")),
  },
  {
    id: "publish",
    label: "editor.panel_publish",
    icon: Rocket,
    isMain: true,
    hotkey: "p",
    Component: page("publish", () => import("./publish/PublishPanel")),
  },
];

export const useOpenPanel = create<{ id: string | null }>(() => ({ id: null }));

export function togglePanel(id: string): void {
  useOpenPanel.setState((now) => ({ id: now.id === id ? null : id }));
}

export function closePanel(): void {
  useOpenPanel.setState({ id: null });
}
