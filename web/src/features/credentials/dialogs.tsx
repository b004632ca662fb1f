// What is asked before a credential is renamed, replaced or deleted; and where it is used.
import { Alert, Button, Group, Modal, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link } from "wouter";
import { dataOf, done, type Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { errorWords, tellError } from "../../shell/errors";
import { ConfirmDialog } from "../../shell/place/ConfirmDialog";
import { CredentialForm } from "./CredentialForm";
import styles from "./credentials.module.css";
import type { Credential } from "./queries";

interface DialogProps {
  credential: Credential;
  onClose: () => void;
}

type Use = Schemas["UsedBy"];
const MOST_SHOWN = 12;

function Titled({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  return (
    <Modal opened onClose={onClose} title={title}>
      {children}
    </Modal>
  );
}

export function RenameDialog({ credential, onClose }: DialogProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [name, setName] = useState(credential.name);
  const renaming = useMutation({
    mutationFn: () => {
      const params = { path: { credential_id: credential.id }, header: { "if-match": "*" } };
      return dataOf(api.PATCH("/api/v1/credentials/{credential_id}", { params, body: { name } as never }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["credentials"] });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    renaming.mutate();
  };
  return (
    <Titled title={t("credentials.rename")} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <TextInput
          label={t("credentials.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={255}
          error={renaming.error && errorWords(t, renaming.error)}
          required
          data-autofocus
        />
        <Group justify="flex-end">
          <Button type="submit" loading={renaming.isPending}>
            {t("app.save")}
          </Button>
        </Group>
      </form>
    </Titled>
  );
}

export function ReplaceDialog({ credential, onClose }: DialogProps) {
  const { t } = useWords();
  return (
    <Titled title={`${t("credentials.replace")}: ${credential.name}`} onClose={onClose}>
      <div className={styles.form}>
        <p className={styles.facts}>{t("credentials.replace_hint")}</p>
        <CredentialForm botId={credential.bot_id} old={credential} onDone={onClose} />
      </div>
    </Titled>
  );
}

function useUses(credentialId: string) {
  const params = { path: { credential_id: credentialId } };
  return useQuery({
    queryKey: ["credential uses", credentialId],
    queryFn: async () => (await dataOf(api.GET("/api/v1/credentials/{credential_id}/used-by", { params }))).items,
    staleTime: 0,
  });
}

export function UsedDialog({ credential, onClose }: DialogProps) {
  const { t } = useWords();
  const { data: uses } = useUses(credential.id);
  return (
    <Titled title={t("credentials.used_title", { name: credential.name })} onClose={onClose}>
      {!uses && <Skeleton height={60} />}
      {uses?.length === 0 && <p>{t("credentials.used_nowhere")}</p>}
      {uses && <Uses uses={uses} botId={credential.bot_id} />}
    </Titled>
  );
}

function Uses({ uses, botId }: { uses: readonly Use[]; botId: string }) {
  const { t } = useWords();
  return (
    <ul className={styles.places}>
      {uses.slice(0, MOST_SHOWN).map((use) => (
        <li key={use.id}>
          <UseLink use={use} botId={botId} />
        </li>
      ))}
      {uses.length > MOST_SHOWN && <li>{t("credentials.delete_more", { count: uses.length - MOST_SHOWN })}</li>}
    </ul>
  );
}

function UseLink({ use, botId }: { use: Use; botId: string }) {
  const { t } = useWords();
  if (use.kind === "channel")
    return (
      <Link href={`/bots/${botId}/channels/${use.id}`} dir="auto">
        {t("credentials.used_channel", { name: use.name })}
      </Link>
    );
  const words =
    use.kind === "request"
      ? t("credentials.used_request", { name: use.name })
      : t("credentials.used_group", { name: use.name || t("credentials.used_no_step") });
  return (
    <Link href={`/bots/${botId}`} dir="auto">
      {words}
    </Link>
  );
}

export function DeleteDialog({ credential, onClose }: DialogProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const { data: uses } = useUses(credential.id);
  const deleting = useMutation({
    mutationFn: () => {
      const path = { credential_id: credential.id };
      const params = { path, query: { force: true }, header: { "if-match": "*" } };
      return done(api.DELETE("/api/v1/credentials/{credential_id}", { params }));
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ["credentials"] });
    },
    onError: (error) => tellError(t, error),
  });
  return (
    <ConfirmDialog
      title={t("credentials.delete_title", { name: credential.name })}
      action={t("credentials.delete")}
      isBusy={deleting.isPending || !uses}
      onConfirm={() => deleting.mutate()}
      onClose={onClose}
    >
      {uses?.length === 0 && <p>{t("credentials.delete_free")}</p>}
      {uses && uses.length > 0 && (
        <Alert color="yellow">
          <p>{t("credentials.delete_used", { count: uses.length })}</p>
          <Uses uses={uses} botId={credential.bot_id} />
        </Alert>
      )}
    </ConfirmDialog>
  );
}
