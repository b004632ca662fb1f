// Who works on a bot: accounts with a role, and invitations for those without an account yet.
import { ActionIcon, Alert, Button, Modal, Select, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError, dataOf, done } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { ShownOnce } from "../../shell/CopyLine";
import { errorWords } from "../../shell/errors";
import { ICON } from "../../ui/icon";
import type { BotCardData } from "./queries";
import styles from "./ShareDialog.module.css";

type Role = "viewer" | "editor";

function useMembers(botId: string) {
  const params = { path: { bot_id: botId } };
  const queries = useQueryClient();
  const members = useQuery({
    queryKey: ["members", botId],
    queryFn: async () => ({
      people: await dataOf(api.GET("/api/v1/bots/{bot_id}/access", { params })),
      invited: (await dataOf(api.GET("/api/v1/bots/{bot_id}/invitations", { params }))).items,
    }),
  });
  return { ...members, again: () => queries.invalidateQueries({ queryKey: ["members", botId] }) };
}

/** Shares with an account; where there is none, makes an invitation and gives its link. */
async function add(botId: string, email: string, role: Role): Promise<string | null> {
  const params = { path: { bot_id: botId } };
  try {
    await dataOf(api.PUT("/api/v1/bots/{bot_id}/access", { params, body: { email, role } }));
    return null;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 422) throw error;
    const body = { email, role };
    const { path } = await dataOf(api.POST("/api/v1/bots/{bot_id}/invitations", { params, body }));
    return location.origin + path;
  }
}

export function ShareDialog({ bot, onClose }: { bot: BotCardData; onClose: () => void }) {
  const { t } = useWords();
  const { data, again } = useMembers(bot.id);
  const [role, setRole] = useState<Role>("editor");
  const [email, setEmail] = useState("");
  const adding = useMutation({
    mutationFn: () => add(bot.id, email.trim(), role),
    onSuccess: () => {
      setEmail("");
      void again();
    },
  });
  const removing = useMutation({ mutationFn: (work: () => Promise<void>) => work(), onSuccess: again });
  const error = adding.error ?? removing.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    adding.mutate();
  };
  const path = { bot_id: bot.id };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("bots.share_title", { name: bot.name })}
      size="lg"
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <form className={styles.form} onSubmit={submit}>
        <TextInput
          className={styles.email}
          type="email"
          label={t("bots.share_email")}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          required
          data-autofocus
        />
        <Select
          className={styles.role}
          label={t("bots.role")}
          data={[
            { value: "editor", label: t("bots.role_editor") },
            { value: "viewer", label: t("bots.role_viewer") },
          ]}
          value={role}
          onChange={(value) => setRole(value as Role)}
        />
        <Button type="submit" loading={adding.isPending}>
          {t("bots.share_add")}
        </Button>
      </form>
      {error !== null && (
        <Alert color="red" mt="md" role="alert">
          {errorWords(t, error)}
        </Alert>
      )}
      {typeof adding.data === "string" && (
        <ShownOnce title={t("bots.invitation_title")} text={t("bots.invitation_text")} value={adding.data} />
      )}
      {!data && <Skeleton height={80} mt="lg" />}
      {data && data.people.length + data.invited.length === 0 && (
        <p className={styles.alone}>{t("bots.share_alone")}</p>
      )}
      <ul className={styles.people}>
        {data?.people.map((person) => (
          <Person
            key={person.user_id}
            name={person.username}
            about={`${person.email} · ${t(person.role === "editor" ? "bots.role_editor" : "bots.role_viewer")}`}
            onRemove={() =>
              removing.mutate(() =>
                done(
                  api.DELETE("/api/v1/bots/{bot_id}/access/{user_id}", {
                    params: { path: { ...path, user_id: person.user_id } },
                  }),
                ),
              )
            }
          />
        ))}
        {data?.invited.map((invitation) => (
          <Person
            key={invitation.id}
            name={invitation.email}
            about={`${t("bots.invited")} · ${t(invitation.role === "editor" ? "bots.role_editor" : "bots.role_viewer")}`}
            onRemove={() =>
              removing.mutate(() =>
                done(
                  api.DELETE("/api/v1/bots/{bot_id}/invitations/{invitation_id}", {
                    params: { path: { ...path, invitation_id: invitation.id } },
                  }),
                ),
              )
            }
          />
        ))}
      </ul>
    </Modal>
  );
}

function Person({ name, about, onRemove }: { name: string; about: string; onRemove: () => void }) {
  const { t } = useWords();
  return (
    <li className={styles.person}>
      <span className={styles.who}>
        <b dir="auto">{name}</b>
        <span className={styles.about}>{about}</span>
      </span>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={t("bots.share_remove", { name })}
        onClick={onRemove}
      >
        <X {...ICON} />
      </ActionIcon>
    </li>
  );
}
