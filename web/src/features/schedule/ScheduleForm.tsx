// What is said, when, and to whom. Everything that is wrong is said at its field.
import { Alert, Button, Fieldset, JsonInput, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { errorWords } from "../../shell/errors";
import { Fold } from "../../shell/place/Fold";
import type { PlaceBot } from "../../shell/places";
import { EmitterWhen } from "./EmitterWhen";
import { isCron, type Kind, type Schedule, useWrite } from "./queries";
import styles from "./Schedule.module.css";
import { EVERYONE, type Target, TargetFields } from "./TargetFields";
import { WhenFields } from "./WhenFields";
import { cronOf, localOf, momentOf, newWhen, whenOf } from "./when";

interface FormProps {
  bot: PlaceBot;
  kind: Kind;
  /** null: a new one. */
  schedule: Schedule | null;
  onKept: (schedule: Schedule) => void;
}

const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

function begun(schedule: Schedule | null) {
  const timezone = here();
  const hasParams = schedule?.message?.params && Object.keys(schedule.message.params).length > 0;
  return {
    name: schedule?.name ?? "",
    text: schedule?.message?.text ?? "",
    params: hasParams ? JSON.stringify(schedule?.message?.params, null, 2) : "",
    when: schedule && isCron(schedule) ? whenOf(schedule) : newWhen(timezone),
    at: schedule && !isCron(schedule) && schedule.send_at ? localOf(schedule.send_at, timezone) : "",
    timezone,
  };
}

type Form = ReturnType<typeof begun>;

/** The message with its buttons and other params; null where these do not read as JSON. */
function messageOf(form: Form, schedule: Schedule | null): object | null {
  try {
    const params = form.params.trim() ? JSON.parse(form.params) : {};
    return { ...schedule?.message, text: form.text, params };
  } catch {
    return null; // Said at the field.
  }
}

export function ScheduleForm({ bot, kind, schedule, onKept }: FormProps) {
  const { t } = useWords();
  const [form, setForm] = useState(() => begun(schedule));
  const [target, setTarget] = useState<Target>(EVERYONE);
  const write = useWrite();
  const isReadOnly = bot.access === "viewer";
  const set = (fields: Partial<Form>) => setForm((old) => ({ ...old, ...fields }));
  const message = messageOf(form, schedule);
  const faultAt = faultsOf(write.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!message) return;
    const when = kind === "cron" ? cronOf(form.when) : { send_at: form.at ? momentOf(form.at, form.timezone) : null };
    const fields = { name: form.name, message, ...when, ...(schedule === null && { bot_id: bot.id, ...target }) };
    write.mutate(
      { kind, id: schedule?.id ?? null, fields },
      {
        onSuccess: (kept) => {
          notifications.show({ withCloseButton: false, message: t("schedule.kept") });
          onKept(kept);
        },
      },
    );
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {write.error && !faultAt.isAllShown && (
        <Alert color="red" role="alert">
          {errorWords(t, write.error)}
        </Alert>
      )}
      <Fieldset className={styles.part ?? ""} legend={t("schedule.what")} disabled={isReadOnly}>
        <TextInput
          label={t("schedule.name")}
          placeholder={t(kind === "cron" ? "schedule.cron_name_example" : "schedule.emitter_name_example")}
          value={form.name}
          maxLength={200}
          error={faultAt.of("name")}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Textarea
          label={t("schedule.text")}
          description={t("schedule.text_hint", { example: "{$user.name$}" })}
          placeholder={t("schedule.text_example")}
          value={form.text}
          autosize
          minRows={2}
          maxRows={10}
          error={faultAt.of("message.text")}
          onChange={(event) => set({ text: event.currentTarget.value })}
        />
        <Fold title={t("schedule.more_message")} isOpen={Boolean(form.params)}>
          <JsonInput
            label={t("schedule.params")}
            description={t("schedule.params_hint")}
            placeholder={'{"buttons": [{"text": "OK"}]}'}
            value={form.params}
            autosize
            minRows={3}
            error={message === null ? t("schedule.params_wrong") : faultAt.of("message.params")}
            onChange={(params) => set({ params })}
          />
        </Fold>
      </Fieldset>
      <Fieldset className={styles.part ?? ""} legend={t("schedule.when")} disabled={isReadOnly}>
        {kind === "cron" ? (
          <WhenFields when={form.when} onChange={(when) => set({ when })} isReadOnly={isReadOnly} />
        ) : (
          <EmitterWhen
            at={form.at}
            timezone={form.timezone}
            error={faultAt.of("send_at")}
            onChange={set}
            isReadOnly={isReadOnly}
          />
        )}
      </Fieldset>
      <TargetFields bot={bot} schedule={schedule} target={target} onChange={setTarget} isReadOnly={isReadOnly} />
      {!isReadOnly && (
        <div className={styles.end}>
          <Button type="submit" loading={write.isPending} disabled={message === null}>
            {t(schedule === null ? "schedule.create" : "schedule.keep")}
          </Button>
          <span className={styles.quiet}>
            {t(bot.published_revision === null ? "schedule.when_published" : "schedule.at_once")}
          </span>
        </div>
      )}
    </form>
  );
}

const OWN_PLACES = ["name", "message.text", "message.params", "send_at"];

/** What is wrong, by field; the fields of a cron are judged by their preview as they are typed. */
function faultsOf(error: unknown) {
  const faults = error instanceof ApiError ? error.faults : [];
  const of = (path: string) => {
    const found = faults.find((fault) => fault.path === path);
    return found && [found.message, found.hint].filter(Boolean).join(". ");
  };
  return { of, isAllShown: faults.length > 0 && faults.every((fault) => OWN_PLACES.includes(fault.path)) };
}
