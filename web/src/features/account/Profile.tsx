import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { dataOf, type Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { errorWords } from "../../shell/errors";
import { useMe } from "../../shell/me";
import { useSubmit } from "../session/useSubmit";
import { Section } from "./Section";
import styles from "./SettingsPage.module.css";

/** Name and e-mail. Another e-mail needs the password. */
export function Profile() {
  const { t } = useWords();
  const { data: me } = useMe();
  // The form takes its room before what stands in it is known.
  return (
    <Section title={t("account.profile")}>
      <ProfileForm key={me?.id} me={me} />
    </Section>
  );
}

function ProfileForm({ me }: { me: Schemas["MeOut"] | undefined }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const { run, isRunning, error } = useSubmit();
  const [name, setName] = useState(me?.username ?? "");
  const [email, setEmail] = useState(me?.email ?? "");
  const [password, setPassword] = useState("");
  const isOther = me !== undefined && email.trim() !== me.email;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { username: name.trim(), ...(isOther && { email: email.trim(), current_password: password }) };
    void run(async () => {
      queries.setQueryData(["me"], await dataOf(api.PATCH("/api/v1/users/me", { body })));
      setPassword("");
      notifications.show({ message: t("account.saved") });
    });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {error !== null && (
        <Alert color="red" role="alert">
          {errorWords(t, error)}
        </Alert>
      )}
      <TextInput
        className={styles.field ?? ""}
        label={t("account.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={100}
        readOnly={!me}
        required
      />
      <TextInput
        className={styles.field ?? ""}
        type="email"
        label={t("account.email")}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        readOnly={!me}
        required
      />
      {isOther && (
        <PasswordInput
          className={styles.field ?? ""}
          label={t("account.current_password")}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
        />
      )}
      <Button
        type="submit"
        variant="default"
        loading={isRunning}
        disabled={!me || (name.trim() === me.username && !isOther)}
      >
        {t("app.save")}
      </Button>
    </form>
  );
}
