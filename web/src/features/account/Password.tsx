import { Alert, Button, PasswordInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { dataOf } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { errorWords } from "../../shell/errors";
import { useSubmit } from "../session/useSubmit";
import { Section } from "./Section";
import styles from "./SettingsPage.module.css";

/** A new password ends all other log-ins, so the list of devices is read again. */
export function Password() {
  const { t } = useWords();
  const queries = useQueryClient();
  const { run, isRunning, error } = useSubmit();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const body = { current_password: String(given.get("current")), password: String(given.get("next")) };
    void run(async () => {
      await dataOf(api.PATCH("/api/v1/users/me", { body }));
      form.reset();
      notifications.show({ message: t("account.password_changed") });
      await queries.invalidateQueries({ queryKey: ["devices"] });
    });
  };
  return (
    <Section title={t("account.password")} hint={t("account.password_hint")}>
      <form className={styles.form} onSubmit={submit}>
        {error !== null && (
          <Alert color="red" role="alert">
            {errorWords(t, error)}
          </Alert>
        )}
        <PasswordInput
          className={styles.field ?? ""}
          name="current"
          label={t("account.current_password")}
          autoComplete="current-password"
          required
        />
        <PasswordInput
          className={styles.field ?? ""}
          name="next"
          label={t("account.new_password")}
          description={t("account.new_password_hint")}
          autoComplete="new-password"
          minLength={8}
          maxLength={200}
          required
        />
        <Button type="submit" variant="default" loading={isRunning}>
          {t("account.change_password")}
        </Button>
      </form>
    </Section>
  );
}
