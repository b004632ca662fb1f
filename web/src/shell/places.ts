// The places of a bot, in the order of the rail. A place is one entry here; its page comes with its texts when it is opened.
import {
  AlarmClock,
  ChartColumn,
  Database,
  History,
  Inbox,
  type LucideIcon,
  RadioTower,
  Settings2,
  Workflow,
} from "lucide-react";
import type { ComponentType } from "react";
import type { Schemas } from "../api/client";
import { page } from "../app/page";
import { WaitingBadge } from "../features/inbox/WaitingBadge";
import type { Key } from "../i18n/types";
import { loadWords } from "../i18n/words";

/** The bot whose places are shown. `access`: what the person who looks may do with it. */
export type PlaceBot = Schemas["BotOut"];

export interface PlaceProps {
  bot: PlaceBot;
}

export interface Place {
  /** What follows /bots/{id}/ in the address; empty for the canvas. */
  readonly path: string;
  readonly label: Key;
  readonly icon: LucideIcon;
  /** Absent for the canvas, which has its own frame. */
  readonly Component?: ComponentType<PlaceProps>;
  /** What asks for attention there, beside the icon. */
  readonly Badge?: ComponentType<{ botId: string }>;
}

// Conversations are drawn with the chat's own pieces, which speak the chat's words.
const InboxPage = page("inbox", async () => {
  await loadWords("chat");
  return import("../features/inbox/InboxPage");
});
const ChannelsPage = page("channels", () => import("../features/channels/ChannelsPage"));
const DataPage = page("kept", () => import("../features/kept/DataPage"));
const SchedulePage = page("schedule", () => import("../features/schedule/SchedulePage"));
const AnalyticsPage = page("analytics", () => import("../features/analytics/AnalyticsPage"));
const VersionsPage = page("versions", () => import("../features/versions/VersionsPage"));
// Members, copies and deletion are those of the list of bots, in its words.
const SettingsPage = page("settings", async () => {
  await loadWords("bots");
  return import("../features/settings/SettingsPage");
});

export const PLACES: readonly Place[] = [
  { path: "", label: "app.place_build", icon: Workflow },
  { path: "inbox", label: "app.place_inbox", icon: Inbox, Component: InboxPage, Badge: WaitingBadge },
  { path: "channels", label: "app.place_channels", icon: RadioTower, Component: ChannelsPage },
  { path: "data", label: "app.place_data", icon: Database, Component: DataPage },
  { path: "schedule", label: "app.place_schedule", icon: AlarmClock, Component: SchedulePage },
  { path: "analytics", label: "app.place_analytics", icon: ChartColumn, Component: AnalyticsPage },
  { path: "versions", label: "app.place_versions", icon: History, Component: VersionsPage },
  { path: "settings", label: "app.place_settings", icon: Settings2, Component: SettingsPage },
];

export const addressOf = (botId: string, path: string) => (path ? `/bots/${botId}/${path}` : `/bots/${botId}`);
