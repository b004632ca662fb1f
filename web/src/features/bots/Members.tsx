// Who works on a bot: accounts with a role, and invitations for those without an account yet. For its owner.
import { ActionIcon, Alert, Button, Select, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError, dataOf, done } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { ShownOnce } from "../../shell/CopyLine";
import { errorWords } from "../../shell/errors";
import { ICON } from "../../ui/icon";
import styles from "./Members.module.css";

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

/** Shares with an account, or gives one that has it another role. */
const share = (bot_id: string, email: string, role: Role) =>
  dataOf(api.PUT("/api/v1/bots/{bot_id}/access", { params: { path: { bot_id } }, body: { email, role } }));

/** Shares with an account; where there is none, makes an invitation and gives its link. */
async function add(botId: string, email: string, role: Role): Promise<string | null> {
  try {
    await share(botId, email, role);
    return null;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 422) throw error;
    const params = { path: { bot_id: botId } };
    const { path } = await dataOf(api.POST("/api/v1/bots/{bot_id}/invitations", { params, body: { email, role } }));
    return location.origin + path;
  }
}

const unshare = (bot_id: string, user_id: string) =>
  done(api.DELETE("/api/v1/bots/{bot_id}/access/{user_id}", { params: { path: { bot_id, user_id } } }));

const takeBack = (bot_id: string, invitation_id: string) =>
  done(
    api.DELETE("/api/v1/bots/{bot_id}/invitations/{invitation_id}", { params: { path: { bot_id, invitation_id } } }),
  );

export function Members({ botId }: { botId: string }) {
  const { t } = useWords();
  const { data, error, again } = useMembers(botId);
  const changing = useMutation({ mutationFn: (work: () => Promise<unknown>) => work(), onSuccess: again });
  const wrong = changing.error ?? error;
  return (
    <>
      <AddMember botId={botId} onAdded={() => void again()} />
      {wrong !== null && (
        <Alert color="red" mt="md" role="alert">
          {errorWords(t, wrong)}
        </Alert>
      )}
      {!data && !error && <Skeleton height={80} mt="lg" />}
      {data && data.people.length + data.invited.length === 0 && (
        <p className={styles.alone}>{t("bots.share_alone")}</p>
      )}
      <ul className={styles.people}>
        {data?.people.map((person) => (
          <Person
            key={person.user_id}
            name={person.username}
            about={person.email}
            role={person.role}
            onRole={(role) => changing.mutate(() => share(botId, person.email, role))}
            onRemove={() => changing.mutate(() => unshare(botId, person.user_id))}
          />
        ))}
        {data?.invited.map((invitation) => (
          <Person
            key={invitation.id}
            name={invitation.email}
            about={`${t("bots.invited")} · ${t(invitation.role === "editor" ? "bots.role_editor" : "bots.role_viewer")}`}
            onRemove={() => changing.mutate(() => takeBack(botId, invitation.id))}
          />
        ))}
      </ul>
    </>
  );
}

function useRoles() {
  const { t } = useWords();
  return [
    { value: "editor", label: t("bots.role_editor") },
    { value: "viewer", label: t("bots.role_viewer") },
  ];
}

function AddMember({ botId, onAdded }: { botId: string; onAdded: () => void }) {
  const { t } = useWords();
  const roles = useRoles();
  const [role, setRole] = useState<Role>("editor");
  const [email, setEmail] = useState("");
  const adding = useMutation({
    mutationFn: () => add(botId, email.trim(), role),
    onSuccess: () => {
      setEmail("");
      onAdded();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    adding.mutate();
  };
  return (
    <>
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
          data={roles}
          value={role}
          allowDeselect={false}
          onChange={(value) => setRole(value as Role)}
        />
        <Button type="submit" loading={adding.isPending}>
          {t("bots.share_add")}
        </Button>
      </form>
      {adding.error !== null && (
        <Alert color="red" mt="md" role="alert">
          {errorWords(t, adding.error)}
        </Alert>
      )}
      {typeof adding.data === "string" && (
        <ShownOnce title={t("bots.invitation_title")} text={t("bots.invitation_text")} value={adding.data} />
      )}
    </>
  );
}

interface PersonProps {
  name: string;
  about: string;
  /** Of an account; an invitation keeps the one it was made with. */
  role?: Role;
  onRole?: (role: Role) => void;
  onRemove: () => void;
}

function Person({ name, about, role, onRole, onRemove }: PersonProps) {
  const { t } = useWords();
  const roles = useRoles();
  return (
    <li className={styles.person}>
      <span className={styles.who}>
        <b dir="auto">{name}</b>
        <span className={styles.about}>{about}</span>
      </span>
      {role && (
        <Select
          className={styles.role}
          aria-label={t("bots.role_of", { name })}
          data={roles}
          value={role}
          allowDeselect={false}
          onChange={(value) => onRole?.(value as Role)}
        />
      )}
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
