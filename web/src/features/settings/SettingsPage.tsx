// What a bot is called, who works on it, what was done to it, and what can be done with all of it.
import { Button, Group } from "@mantine/core";
import { Copy, Download, LogOut, Trash2 } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { done } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { tellError } from "../../shell/errors";
import { useMe } from "../../shell/me";
import { ConfirmDialog } from "../../shell/place/ConfirmDialog";
import { Place, PlaceSection } from "../../shell/place/Place";
import type { PlaceBot, PlaceProps } from "../../shell/places";
import { ICON } from "../../ui/icon";
import { DeleteDialog } from "../bots/DeleteDialog";
import { Members } from "../bots/Members";
import { copyBot, exportBot, useBotAction } from "../bots/queries";
import { AuditLog } from "./AuditLog";
import { Naming } from "./Naming";
import { Starting } from "./Starting";

export default function SettingsPage({ bot }: PlaceProps) {
  const { t } = useWords();
  const isOwner = bot.access === "owner";
  return (
    <Place title={t("app.place_settings")}>
      <PlaceSection title={t("settings.naming")}>
        <Naming bot={bot} />
      </PlaceSection>
      <PlaceSection title={t("settings.starting")}>
        <Starting bot={bot} />
      </PlaceSection>
      <PlaceSection title={t("settings.members")} hint={t(isOwner ? "settings.members_hint" : "settings.not_owner")}>
        {isOwner ? <Members botId={bot.id} /> : <Leave bot={bot} />}
      </PlaceSection>
      <PlaceSection title={t("settings.take_along")} hint={t("settings.take_along_hint")}>
        <TakeAlong bot={bot} />
      </PlaceSection>
      {isOwner && (
        <PlaceSection title={t("settings.audit")} hint={t("settings.audit_hint")}>
          <AuditLog botId={bot.id} />
        </PlaceSection>
      )}
      {isOwner && (
        <PlaceSection title={t("settings.end")} hint={t("settings.end_hint")}>
          <Delete bot={bot} />
        </PlaceSection>
      )}
    </Place>
  );
}

function TakeAlong({ bot }: { bot: PlaceBot }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const copy = useBotAction(copyBot);
  const exportAs = (format: "json" | "yaml") => void exportBot(bot, format).catch((error) => tellError(t, error));
  const copyNow = () => {
    const name = t("bots.copy_name", { name: bot.name });
    copy.mutate({ id: bot.id, name }, { onSuccess: (made) => go(`/bots/${made.id}`) });
  };
  return (
    <Group mt="sm">
      <Button variant="default" leftSection={<Copy {...ICON} />} loading={copy.isPending} onClick={copyNow}>
        {t("bots.copy")}
      </Button>
      <Button variant="default" leftSection={<Download {...ICON} />} onClick={() => exportAs("yaml")}>
        {t("bots.export_as", { format: "YAML" })}
      </Button>
      <Button variant="default" leftSection={<Download {...ICON} />} onClick={() => exportAs("json")}>
        {t("bots.export_as", { format: "JSON" })}
      </Button>
    </Group>
  );
}

/** Who was invited may go again. */
function Leave({ bot }: { bot: PlaceBot }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const { data: me } = useMe();
  const [isAsking, setAsking] = useState(false);
  const leave = useBotAction((user_id: string) =>
    done(api.DELETE("/api/v1/bots/{bot_id}/access/{user_id}", { params: { path: { bot_id: bot.id, user_id } } })),
  );
  return (
    <>
      <Button mt="sm" variant="default" leftSection={<LogOut {...ICON} />} onClick={() => setAsking(true)}>
        {t("settings.leave")}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t("settings.leave_title", { name: bot.name })}
          action={t("settings.leave")}
          isBusy={leave.isPending}
          onConfirm={() => me && leave.mutate(me.id, { onSuccess: () => go("/"), onError: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        >
          {t("settings.leave_text")}
        </ConfirmDialog>
      )}
    </>
  );
}

function Delete({ bot }: { bot: PlaceBot }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button
        mt="sm"
        color="red.8"
        variant="outline"
        leftSection={<Trash2 {...ICON} />}
        onClick={() => setAsking(true)}
      >
        {t("bots.delete")}
      </Button>
      {isAsking && <DeleteDialog bot={bot} onClose={() => setAsking(false)} onDeleted={() => go("/")} />}
    </>
  );
}
